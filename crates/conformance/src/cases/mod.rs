//! The cases, by the promise that each checks.

mod cancel;
mod claiming;
mod clock;
mod continuing;
mod crashes;
mod dropping;
mod ends;
mod handles;
mod head_start;
mod input;
mod lease;
mod limited;
mod limits;
mod listing;
mod lookups;
mod lost_replies;
mod notes;
mod reads;
mod retention;
mod saves;
mod scope;
mod submit;
mod trace;
mod waiting;
mod watching;

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::broken::BrokenPromise;
use crate::erased::AnyFactory;
use crate::harness::Harness;

/// Many times what any case takes.
const CASE_TICKS: u32 = 2_000;

/// How many times as long a tick is in the first run of a case, and in those that follow where it was too slow.
const STRETCHES: [u32; 3] = [1, 4, 16];

pub(crate) struct Case {
    pub(crate) promise: u8,
    pub(crate) name: &'static str,
    run: for<'a> fn(&'a Harness<'a>) -> BoxFuture<'a, ()>,
}

impl Case {
    /// Runs the case, and says what it has found if it fails.
    ///
    /// Where the machine was too slow for the ticks of the factory, a failure is put down to that, and the case is
    /// run again with longer ones. What the last run finds counts.
    pub(crate) async fn check(&self, factory: &dyn AnyFactory) -> Option<BrokenPromise> {
        let mut finding = None;
        for stretch in STRETCHES {
            let harness = Harness::new(factory, stretch);
            let run = AssertUnwindSafe((self.run)(&harness)).catch_unwind();
            match tokio::time::timeout(harness.ticks(CASE_TICKS), run).await {
                Ok(Ok(())) => return None,
                Ok(Err(panic)) => finding = Some(message(&*panic)),
                Err(_) => {
                    let hangs = format!("a call has not returned for up to {CASE_TICKS} ticks");
                    return Some(self.broken(hangs));
                }
            }
            if !harness.was_slow() {
                break;
            }
        }
        finding.map(|finding| self.broken(finding))
    }

    const fn broken(&self, finding: String) -> BrokenPromise {
        BrokenPromise {
            promise: self.promise,
            case: self.name,
            finding,
        }
    }
}

macro_rules! cases {
    ($($promise:literal $module:ident :: $function:ident,)*) => {
        &[$(Case {
            promise: $promise,
            name: concat!(stringify!($module), "::", stringify!($function)),
            run: |harness| $module::$function(harness).boxed(),
        }),*]
    };
}

/// Every case, by the promise that it checks. A case that is not listed is dead code, and the
/// compiler says so.
pub(crate) const CASES: &[Case] = cases![
    1 reads::no_reader_sees_half_a_change,
    1 reads::a_refused_call_changes_nothing,
    1 reads::counts_agree_with_the_jobs,
    1 lookups::get_many_reads_each_as_get_does,
    1 listing::a_list_has_every_job_once_the_newest_first,
    1 listing::a_list_has_the_jobs_that_are_asked_for,
    1 listing::a_list_gets_past_many_that_are_not_asked_for,
    1 listing::a_list_leaves_out_what_is_gone,
    1 handles::what_one_handle_does_all_others_see,
    1 handles::all_is_there_after_reopening,
    2 lease::fences_grow_with_every_claim_and_reclaim,
    2 lease::an_old_lease_is_lost_and_changes_nothing,
    2 lease::a_lease_is_lost_never_not_found,
    2 lease::a_lease_of_the_wrong_fence_or_token_is_lost,
    2 lease::a_lease_ends_with_finish,
    2 lease::sweep_reclaims_as_claim_does,
    3 lease::an_expired_lease_is_valid_until_reclaimed,
    3 lease::a_heartbeat_keeps_the_job,
    3 lease::claim_reclaims_without_a_sweep,
    3 lease::claim_finds_a_claimable_job_behind_others,
    3 lease::a_job_has_one_holder_among_many_claimers,
    4 clock::durations_count_on_the_store_clock,
    4 clock::the_longest_durations_do_no_harm,
    4 clock::an_overdue_job_is_failed_by_claim,
    4 clock::an_overdue_job_is_failed_by_sweep,
    4 clock::a_deadline_counts_from_the_submit_over_all_attempts,
    5 lost_replies::a_repeated_submit_is_the_same_job,
    5 lost_replies::an_id_belongs_to_one_target,
    5 scope::an_id_belongs_to_one_scope,
    5 lost_replies::a_repeated_claim_returns_what_it_took,
    5 lost_replies::a_repeated_claim_begins_its_leases_anew,
    5 lost_replies::a_claim_of_none_takes_none,
    5 lost_replies::a_repeated_finish_returns_the_first_status,
    5 lost_replies::a_repeated_finish_counts_once,
    5 lost_replies::the_other_verbs_can_be_repeated,
    6 ends::an_ended_job_never_changes,
    6 ends::a_report_is_there_exactly_when_completed,
    6 ends::reports_and_checkpoints_come_back_byte_by_byte,
    6 ends::the_longest_message_comes_back_whole,
    7 ends::the_version_rises_with_visible_changes_only,
    7 ends::progress_never_falls,
    7 ends::a_running_job_shows_99_at_most,
    7 ends::updated_at_never_goes_back,
    8 lookups::find_returns_the_job_that_owns_the_target,
    8 submit::a_live_job_is_joined_whatever_the_age,
    8 submit::a_completed_job_is_served_while_it_is_fresh,
    8 submit::a_report_of_another_program_is_not_served,
    8 submit::a_report_that_is_about_to_expire_is_not_served,
    8 submit::every_bad_end_frees_the_target_at_once,
    8 submit::a_cancel_request_frees_the_target_at_once,
    8 submit::a_crash_frees_the_target_through_the_lease,
    8 submit::a_rerun_leaves_the_old_report_and_keeps_the_key,
    8 submit::platforms_do_not_share_handles,
    8 submit::submits_that_race_for_one_target_make_one_job_each_time,
    8 submit::ten_thousand_submits_of_one_target_make_one_job,
    8 scope::jobs_of_different_scopes_never_meet,
    9 claiming::no_job_starves_behind_thousands_that_cannot_run,
    9 claiming::old_jobs_are_not_passed_over_for_new_ones,
    9 claiming::a_due_retry_is_not_passed_over_for_new_jobs,
    9 claiming::a_claim_for_some_platforms_takes_no_others,
    9 head_start::a_head_start_passes_the_jobs_before_it,
    9 head_start::joining_moves_a_ready_job_forward_and_never_back,
    9 head_start::a_head_start_is_kept_by_all_but_a_retry,
    10 cancel::a_waiting_job_ends_at_once,
    10 cancel::a_processing_job_is_told_and_fails_whatever_its_outcome,
    10 cancel::a_cancelled_job_with_an_expired_lease_is_failed_by_claim,
    10 cancel::a_cancelled_job_with_an_expired_lease_is_failed_by_sweep,
    10 cancel::no_report_appears_after_a_cancel_that_raced_finish,
    10 cancel::an_unknown_job_is_refused_and_an_ended_one_stays,
    11 waiting::claim_wakes_for_a_submit,
    11 waiting::claim_wakes_for_a_job_that_is_pending_again,
    11 waiting::claim_wakes_for_a_retry_that_becomes_due,
    11 waiting::claim_wakes_for_a_lease_that_runs_out,
    11 waiting::claim_wakes_for_a_lease_that_began_while_it_waited,
    11 waiting::claim_wakes_for_a_pause_that_ends,
    11 waiting::claim_wakes_for_a_slot_that_is_freed,
    11 waiting::claim_for_some_platforms_wakes_for_their_jobs,
    11 waiting::every_waiting_claim_gets_its_job,
    11 waiting::a_wake_up_is_not_lost_with_a_waiter_that_left,
    11 waiting::a_wake_up_is_not_spent_on_a_waiter_that_cannot_use_it,
    11 watching::changed_wakes_for_every_kind_of_change,
    11 watching::changed_returns_at_once_or_at_the_end_of_its_wait,
    11 watching::changed_misses_nothing_that_happens_as_it_begins,
    11 handles::one_handle_wakes_what_waits_on_another,
    12 dropping::a_dropped_claim_costs_a_lease_or_a_repetition,
    12 dropping::a_dropped_call_is_done_or_not_done,
    13 crashes::a_poison_job_is_failed_by_claim,
    13 crashes::a_poison_job_is_failed_by_sweep,
    13 crashes::crashes_and_failures_are_counted_apart,
    13 crashes::a_released_job_counts_as_neither,
    13 crashes::a_new_phase_begins_with_no_failures,
    14 claiming::a_paused_platform_is_passed_over,
    14 claiming::a_pause_is_never_shortened,
    14 claiming::in_flight_limits_hold_over_all_workers,
    14 claiming::an_expired_lease_does_not_block_its_slot,
    14 limited::a_limited_job_waits_for_the_pause_and_counts_no_failure,
    14 limited::a_limit_is_counted_once_and_the_wait_grows_with_each_in_a_row,
    14 limited::a_limit_of_an_older_claim_adds_its_floor_only,
    14 limited::a_limit_of_a_newer_claim_is_a_new_one,
    14 limited::after_a_pause_one_job_probes_until_it_ends,
    14 limited::a_probe_that_gets_through_opens_the_platform,
    14 limited::a_deadline_before_the_end_of_the_pause_fails_the_job_at_once,
    14 limited::jobs_that_cannot_wait_for_a_quota_are_failed_by_claim,
    14 limited::unpause_ends_a_pause_and_waits_for_no_probe,
    14 limited::a_sweep_forgets_the_pause_of_a_platform_without_jobs,
    15 retention::an_ended_job_says_when_it_expires,
    15 retention::an_expired_job_is_absent_before_any_sweep,
    15 retention::a_sweep_leaves_nothing,
    15 retention::a_sweep_is_bounded_and_says_what_is_left,
    15 retention::a_sweep_touches_nothing_that_is_not_due,
    15 lookups::delete_leaves_nothing_of_an_ended_job,
    15 continuing::what_a_failed_job_has_left_goes_in_time,
    15 continuing::what_is_kept_for_no_time_is_dropped_at_the_end,
    15 continuing::checkpoints_never_outlive_their_job,
    16 continuing::what_failed_jobs_have_left_goes_first,
    16 limits::errors_come_in_one_order,
    16 limits::a_full_queue_refuses_new_jobs_only,
    16 limits::a_full_store_refuses_until_it_is_swept,
    16 limits::a_value_that_is_too_large_is_refused_by_name,
    16 limits::a_store_full_of_bytes_refuses_until_it_is_swept,
    16 limits::what_is_kept_is_what_is_counted,
    16 scope::a_full_scope_refuses_its_own_jobs_only,
    16 input::an_input_over_its_limit_is_refused_by_name,
    16 input::an_input_counts_until_the_job_ends,
    17 retention::a_damaged_record_stays_alone,
    18 saves::what_was_saved_comes_back_with_every_claim,
    18 saves::saved_state_comes_back_byte_by_byte,
    18 saves::a_checkpoint_and_the_end_drop_what_was_saved,
    18 saves::a_repeated_save_is_kept_once,
    18 saves::a_save_of_another_lease_or_phase_changes_nothing,
    18 saves::a_save_counts_nothing_and_does_not_show,
    18 saves::a_fresh_save_drops_what_was_there,
    18 saves::a_save_over_a_limit_leaves_what_was_there,
    19 continuing::a_job_goes_on_where_a_failed_one_stopped,
    19 continuing::what_cannot_be_continued_is_refused_by_name,
    19 continuing::a_submit_that_joins_moves_nothing,
    19 input::every_claim_brings_the_input_byte_by_byte,
    19 input::a_submit_that_joins_leaves_the_input_as_it_is,
    19 trace::every_claim_brings_the_trace_of_the_first_submit,
    19 trace::a_job_that_continues_another_has_its_own_trace,
    20 notes::every_submit_of_a_job_leaves_its_note,
    20 notes::notes_are_due_however_the_job_ended,
    20 notes::a_served_submit_is_told_at_once,
    20 notes::what_is_not_acknowledged_comes_again,
    20 notes::notes_are_given_up_after_many_deliveries,
    20 notes::a_note_that_comes_during_a_delivery_begins_the_tries_anew,
    20 notes::notes_of_some_platforms_are_left_to_others,
    20 notes::notes_over_a_limit_are_refused_by_name,
    20 notes::notes_go_with_their_job,
    20 notes::claim_ended_wakes_for_notes_that_are_due,
];

fn message(panic: &(dyn Any + Send)) -> String {
    let text = crate::panic::message(panic);
    text.unwrap_or("it panicked without a message").to_owned()
}
