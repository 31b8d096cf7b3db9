//! Who asks, and how often they may.

mod address;
mod keys;
mod rate;
mod tenant;

pub(crate) use self::address::client_address;
pub(crate) use self::keys::{Access, OperatorKey};
pub(crate) use self::rate::{Left, Limiters, too_many};
pub(crate) use self::tenant::{Tenant, TenantScope};
