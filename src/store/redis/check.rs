//! Whether Redis takes writes.

use std::sync::LazyLock;

use redis::Script;

/// Writes nothing, and is refused as a write is: a first line without the flag `no-writes` is a promise that the script may
/// write. Redis refuses it on a replica, without memory, with too few replicas, and while it cannot save to its disk.
pub(super) static CHECK: LazyLock<Script> = LazyLock::new(|| Script::new("#!lua\nreturn 1"));
