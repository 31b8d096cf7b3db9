//! Hashes that are the same on every machine and in every release, unlike the standard library's.

/// FNV-1a with 64 bits, by Fowler, Noll and Vo.
pub(crate) fn fnv_1a(bytes: &[u8]) -> u64 {
    fnv_1a_more(0xcbf2_9ce4_8422_2325, bytes)
}

/// The hash of some bytes with more behind them, given that of the first.
pub(crate) fn fnv_1a_more(first: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(first, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Spreads a hash over all 64 bits: the finisher of `SplitMix64`, with the constants of Vigna's
/// public-domain version.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Spreads a hash over the leading bits by one multiplication: those depend on all of its bits, the others do not. The factor
/// is odd and without a pattern, 2^64 divided by the golden ratio.
pub(crate) const fn leading(hash: u64) -> u64 {
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_gives_its_authors_test_values() {
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
