//! The scorers on labelled texts, outside of any account.

use report_pipeline_social::{SPAM_THRESHOLD, spam_score, text_risk};

use super::metrics::{Decisions, auc, share};
use super::table::{Table, figure};
use super::targets::Target;
use super::texts::Texts;

/// From this risk on a text counts as harmful; what words cannot decide is below it.
pub(crate) const HARMFUL: f64 = 0.5;

/// Whether words alone cannot decide a text of that risk.
pub(crate) fn is_unclear(risk: f64) -> bool {
    (0.29..0.31).contains(&risk)
}

/// What a set of texts is for, by its name.
struct Kind {
    name: &'static str,
    aim: Aim,
}

enum Aim {
    /// Spam against others: F1, recall and false alarms to reach.
    Spam {
        f1: Option<f64>,
        recall: Option<f64>,
        false_alarms: Option<f64>,
    },
    /// Ordinary texts: nothing may be found in more than 1 of 100.
    Ordinary,
    /// Harm against others.
    Harm,
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "judol",
        aim: Aim::Spam {
            f1: None,
            recall: Some(0.8),
            false_alarms: Some(0.01),
        },
    },
    Kind {
        name: "telegram_ru",
        aim: Aim::Spam {
            f1: Some(0.6),
            recall: None,
            false_alarms: None,
        },
    },
    Kind {
        name: "sms",
        aim: Aim::Spam {
            f1: None,
            recall: None,
            false_alarms: None,
        },
    },
    Kind {
        name: "tweets",
        aim: Aim::Ordinary,
    },
    Kind {
        name: "davidson",
        aim: Aim::Harm,
    },
    Kind {
        name: "surge",
        aim: Aim::Harm,
    },
    Kind {
        name: "xstest",
        aim: Aim::Harm,
    },
];

/// The tables for spam and for harm.
pub(crate) struct LabelledTexts {
    spam: Table,
    harm: Table,
}

impl LabelledTexts {
    pub(crate) fn new() -> Self {
        Self {
            spam: Table::new(
                "Texts: spam scorer (found = 1 point or more)",
                &[
                    "set",
                    "texts",
                    "spam",
                    "AUC",
                    "precision",
                    "recall",
                    "F1",
                    "false alarms",
                    "target",
                ],
            ),
            harm: Table::new(
                "Texts: brand safety (found = risk of 0.5 or more; unclear = left to a person)",
                &["set", "class", "texts", "AUC", "found", "unclear"],
            ),
        }
    }

    pub(crate) fn measure(&mut self, set: &Texts) {
        let mut kinds = KINDS.iter();
        match kinds
            .find(|kind| set.name.starts_with(kind.name))
            .map(|kind| &kind.aim)
        {
            Some(Aim::Harm) => self.measure_harm(set),
            aim => self.measure_spam(set, aim),
        }
    }

    fn measure_spam(&mut self, set: &Texts, aim: Option<&Aim>) {
        let scored: Vec<(f64, bool)> = set
            .texts
            .iter()
            .map(|text| (spam_score(&text.text), text.label == Some(1)))
            .collect();
        let found = Decisions::count(scored.iter().map(|(s, l)| (*s >= SPAM_THRESHOLD, *l)));
        let spam = scored.iter().filter(|(_, spam)| *spam).count();
        let alarms = share(found.false_alarms, scored.len() - spam);
        let mut verdicts = Vec::new();
        let mut held = |name: &str, target: Target, figure: Option<f64>| {
            verdicts.push(format!("{name} {}", target.verdict(figure)));
        };
        match aim {
            Some(Aim::Ordinary) => held("false alarms", Target::AtMost(0.01), alarms),
            Some(Aim::Spam {
                f1,
                recall,
                false_alarms,
            }) => {
                if let Some(bound) = f1 {
                    held("F1", Target::AtLeast(*bound), found.f1());
                }
                if let Some(bound) = recall {
                    held("recall", Target::AtLeast(*bound), found.recall());
                }
                if let Some(bound) = false_alarms {
                    held("false alarms", Target::AtMost(*bound), alarms);
                }
            }
            _ => {}
        }
        let has_spam = |value: Option<f64>| value.filter(|_| spam > 0);
        self.spam.row(vec![
            set.name.clone(),
            scored.len().to_string(),
            spam.to_string(),
            figure(auc(&scored)),
            figure(has_spam(found.precision())),
            figure(found.recall()),
            figure(has_spam(found.f1())),
            figure(alarms),
            if verdicts.is_empty() {
                "-".to_owned()
            } else {
                verdicts.join(", ")
            },
        ]);
    }

    fn measure_harm(&mut self, set: &Texts) {
        let scored: Vec<(f64, bool, &str)> = set
            .texts
            .iter()
            .map(|text| {
                let class = text.meta.as_deref();
                let class = class.unwrap_or(if text.label == Some(1) {
                    "harmful"
                } else {
                    "harmless"
                });
                (text_risk(&text.text), text.label == Some(1), class)
            })
            .collect();
        let pairs: Vec<(f64, bool)> = scored.iter().map(|(s, l, _)| (*s, *l)).collect();
        let mut classes: Vec<&str> = scored.iter().map(|(_, _, class)| *class).collect();
        classes.sort_unstable();
        classes.dedup();
        for (index, class) in classes.iter().enumerate() {
            let of: Vec<f64> = scored
                .iter()
                .filter(|(_, _, own)| own == class)
                .map(|(score, ..)| *score)
                .collect();
            let found = of.iter().filter(|score| **score >= HARMFUL).count();
            let unclear = of.iter().filter(|score| is_unclear(**score)).count();
            self.harm.row(vec![
                set.name.clone(),
                (*class).to_owned(),
                of.len().to_string(),
                if index == 0 {
                    figure(auc(&pairs))
                } else {
                    String::new()
                },
                figure(share(found, of.len())),
                figure(share(unclear, of.len())),
            ]);
        }
    }

    pub(crate) fn print(&self) {
        self.spam.print();
        self.harm.print();
    }
}
