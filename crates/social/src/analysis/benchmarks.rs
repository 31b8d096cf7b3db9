//! Engagement benchmarks: which rates are usual, by platform and size.

use super::stats::{Point, curve, float};
use report_pipeline::Platform;

/// The quartiles of engagement rates in one tier, as shares (0.012 is 1.2 %).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchors {
    pub(super) p25: f64,
    pub(super) p50: f64,
    pub(super) p75: f64,
}

/// What a rate is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Followers,
    Views,
}

/// The centre of each tier, in followers: the geometric mean of its bounds, which are 100, 1,000,
/// 10,000, 50,000, 500,000, 1,000,000 and 10,000,000.
const CENTRES: [u64; 6] = [316, 3_162, 22_361, 158_114, 707_107, 3_162_278];

/// p25, p50, p75 in per cent, by tier. As of 2026-08.
///
/// Published figures differ three- to five-fold between vendors (brands or creators, mean or
/// median, which counts are included). These are about the geometric middle, rounded, of:
/// `HypeAuditor` 2026 (via `eMarketer`) and 2021 (with Later and Fohr), Statista 2023, Rival IQ
/// 2022 and 2025, Socialinsider 2026, Organic Media Buying (tiers), and for `YouTube` per view the
/// medians and quartiles of about 75,000 channels by `SociaVault`.
const TABLE: [(Platform, Basis, [[f64; 3]; 6]); 3] = [
    (
        Platform::INSTAGRAM,
        Basis::Followers,
        [
            [3.0, 8.0, 15.0],
            [1.2, 2.5, 5.0],
            [0.6, 1.4, 3.0],
            [0.5, 1.2, 2.5],
            [0.4, 0.9, 2.0],
            [0.3, 0.7, 1.6],
        ],
    ),
    (
        Platform::TIKTOK,
        Basis::Followers,
        [
            [5.0, 11.0, 20.0],
            [4.0, 8.0, 14.0],
            [3.0, 6.5, 11.0],
            [2.5, 5.0, 9.0],
            [2.0, 4.5, 8.0],
            [2.0, 4.0, 7.0],
        ],
    ),
    (
        Platform::YOUTUBE,
        Basis::Views,
        [
            [3.5, 5.5, 8.5],
            [3.4, 5.2, 7.8],
            [2.5, 3.7, 5.4],
            [1.5, 2.4, 3.6],
            [0.9, 1.5, 2.4],
            [0.9, 1.4, 2.2],
        ],
    ),
];

/// What rates on a platform are measured by; `None` where no benchmark exists.
pub(super) fn basis(platform: &Platform) -> Option<Basis> {
    TABLE
        .iter()
        .find(|(name, ..)| name == platform)
        .map(|(_, basis, _)| *basis)
}

/// The benchmark for an account of that size: a tier's own figures at its centre, straight lines in
/// log(rate) over log(followers) between centres, and flat outside. Without that, one follower more
/// would move an account by half of the scale.
pub(super) fn anchors(platform: &Platform, followers: u64) -> Option<Anchors> {
    let (_, _, tiers) = TABLE.iter().find(|(name, ..)| name == platform)?;
    let size = float(followers.max(1)).ln();
    let [p25, p50, p75] = [0, 1, 2].map(|quartile| {
        let points: [Point; 6] = std::array::from_fn(|tier| {
            let rate = tiers[tier][quartile] / 100.0;
            (float(CENTRES[tier]).ln(), rate.ln())
        });
        curve(&points, size).exp()
    });
    Some(Anchors { p25, p50, p75 })
}

impl Anchors {
    /// 0 to 100 for a rate: straight lines in the logarithm of the rate through p25 = 35,
    /// p50 = 60 and p75 = 80, continued on both sides, ending at 5 and 97.
    pub(super) fn score(&self, rate: f64) -> f64 {
        if rate.is_nan() || rate <= 0.0 {
            return 5.0;
        }
        let (low, mid, high) = (self.p25.ln(), self.p50.ln(), self.p75.ln());
        let x = rate.ln();
        let score = if x < mid {
            60.0 + (x - mid) * 25.0 / (mid - low)
        } else {
            60.0 + (x - mid) * 20.0 / (high - mid)
        };
        score.clamp(5.0, 97.0)
    }

    /// The rate that about 95 % of accounts stay below, if rates are log-normal.
    pub(super) fn p95(&self) -> f64 {
        self.p50 * (self.p75 / self.p50).powf(Z95 / Z75)
    }

    /// The rate that about 95 % of accounts exceed, if rates are log-normal.
    pub(super) fn p5(&self) -> f64 {
        self.p50 * (self.p25 / self.p50).powf(Z95 / Z75)
    }
}

/// Quantiles of the normal distribution.
const Z95: f64 = 1.645;
const Z75: f64 = 0.6745;

/// How many there are of `part` for each of `whole`; `None` for a whole of zero.
pub(super) fn per(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_map_to_their_scores_in_every_tier() {
        for (platform, _, _) in &TABLE {
            for followers in [0, 999, 1_000, 22_361, 50_000, 999_999, u64::MAX] {
                let a = anchors(platform, followers).expect("a tier for every size");
                for (rate, score) in [(a.p25, 35.0), (a.p50, 60.0), (a.p75, 80.0)] {
                    assert!((a.score(rate) - score).abs() < 1e-9);
                }
                assert!(a.p5() < a.p25 && a.p75 < a.p95());
                assert!((a.score(0.0) - 5.0).abs() < 1e-9);
                assert!((a.score(1e9) - 97.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn at_a_centre_the_figures_are_the_tiers_own_and_half_way_their_geometric_mean() {
        let p50 = |followers| {
            anchors(&Platform::INSTAGRAM, followers)
                .expect("a size")
                .p50
        };
        for (centre, usual) in CENTRES
            .iter()
            .zip([0.08, 0.025, 0.014, 0.012, 0.009, 0.007])
        {
            assert!((p50(*centre) - usual).abs() < 1e-9, "{centre}");
        }
        assert!((p50(1_000) - (0.08 * 0.025f64).sqrt()).abs() < 1e-4);
        assert!((p50(1) - 0.08).abs() < 1e-9 && (p50(u64::MAX) - 0.007).abs() < 1e-9);
    }

    #[test]
    fn both_documents_print_this_table() {
        let documents = [
            include_str!("mod.rs"),
            include_str!("../../docs/methodology.md"),
        ];
        let cell = |row: [f64; 3]| format!("{} / {} / {}", row[0], row[1], row[2]);
        for tier in 0..CENTRES.len() {
            let cells: Vec<String> = TABLE.iter().map(|(.., rows)| cell(rows[tier])).collect();
            let row = format!(" | {} |", cells.join(" | "));
            for document in documents {
                assert!(document.contains(&row), "{row}");
            }
        }
    }

    #[test]
    fn a_platform_without_figures_has_no_benchmark() {
        let own = Platform::new("mastodon").expect("a valid name");
        assert_eq!(basis(&own), None);
        assert_eq!(anchors(&own, 500), None);
    }
}
