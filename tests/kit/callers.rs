//! Callers who leave before their call has returned.

use std::sync::Arc;
use std::time::Duration;

use report_pipeline::JobStore;

use super::calls::new_job;

/// Ends every second call at any moment; the others are carried out.
pub(crate) async fn leave_at_any_moment(store: Arc<impl JobStore + 'static>, rounds: usize) {
    for round in 0..rounds {
        let calls: Vec<_> = (0..30)
            .map(|n| {
                let store = Arc::clone(&store);
                let new = new_job(&format!("account{round}.{n}"));
                (new.id, tokio::spawn(async move { store.submit(new).await }))
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(fastrand::u64(..4000))).await;
        for (n, (id, call)) in calls.into_iter().enumerate() {
            if n % 2 == 0 {
                call.abort();
            } else {
                call.await.unwrap().unwrap();
                assert!(store.get(id).await.unwrap().is_some());
            }
        }
    }
}
