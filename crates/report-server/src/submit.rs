//! What a submit carries: its tenant's scope, its options, and where its end is to be told.

use report_pipeline::http::{Refusal, SubmitOptions, SubmitRequest};
use serde::Deserialize;

use crate::access::TenantScope;

/// The members of a submit's body that are this service's own.
#[derive(Deserialize)]
struct Own {
    #[serde(default)]
    callback_url: Option<String>,
}

/// Decides on a submit.
pub(crate) async fn admit(request: SubmitRequest) -> Result<SubmitOptions, Refusal> {
    let tenant = request.head().extensions.get::<TenantScope>();
    // Whatever leads here without the gate leads nowhere.
    let tenant = tenant.ok_or_else(|| Refusal::forbidden("the request has no tenant"))?;
    let options = request.options_scope();
    let scope = tenant
        .scope(&options)
        .map_err(|_| Refusal::forbidden("the tenant has no valid name"))?;
    let mut carried = SubmitOptions::new().with_scope(scope);
    if !options.is_none() {
        carried = carried.with_input(request.options_json().to_vec());
    }
    let Some(url) = request.body::<Own>()?.callback_url else {
        return Ok(carried);
    };
    let refuse = |why: &str| Refusal::invalid_field("callback_url", why);
    let callbacks = tenant.callbacks.as_ref();
    let callbacks = callbacks.ok_or_else(|| refuse("callbacks are not set up here"))?;
    let note = callbacks.note(&tenant.name, &url);
    Ok(carried.with_note(note.map_err(|why| refuse(&why))?))
}
