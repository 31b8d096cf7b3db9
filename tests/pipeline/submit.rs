//! Submitting, watching, fetching.

use std::sync::Arc;

use futures::StreamExt;
use report_pipeline::store::ListRequest;
use report_pipeline::testing::mock::{Gate, Step};
use report_pipeline::testing::{Fault, Verb};
use report_pipeline::{
    Client, Job, JobId, MemoryOptions, MemoryStore, Phase, Platform, ReportState, Scope, Status,
    StoreError, StoreLimits, Submitted,
};
use tokio::time::Instant;

use super::fixture::{Fixture, on_platform, seconds, target};

#[tokio::test(start_paused = true)]
async fn a_job_goes_through_its_phases_and_leaves_a_report() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    let job = fixture.ended(id).await;

    assert_eq!(
        (job.status, job.phase),
        (Status::Completed, Phase::Finalizing)
    );
    assert_eq!((job.progress.percent(), job.attempt), (100, 1));
    assert_eq!(job.report_id(), Some(id));
    assert!(job.completed_at.is_some() && job.failure.is_none());
    assert_eq!(fixture.report(id).await.as_deref(), Some("report"));
    assert_eq!(fixture.calls(), [1, 1, 1]);
    // Each phase gets the outputs of the ones before it.
    assert_eq!(fixture.analyzer.call(1).unwrap().inputs, ["scraped"]);
    assert_eq!(
        fixture.assembler.call(1).unwrap().inputs,
        ["scraped", "analysed"]
    );
    assert_eq!(fixture.scraper.call(1).unwrap().job, id);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_worker_picks_a_job_up_at_once() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().build().start();
    tokio::time::sleep(seconds(3)).await;
    let submitted = Instant::now();
    let id = fixture.submit("nasa").await;
    fixture.ended(id).await;
    assert_eq!(submitted.elapsed(), seconds(0));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_submits_of_one_target_are_one_job() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).behind(&gate));
    let _workers = fixture.builder().build().start();
    let submits = (0..10_000).map(|_| {
        let client = fixture.client.clone();
        tokio::spawn(async move { client.submit(target("nasa")).await.unwrap() })
    });
    let answers = futures::future::join_all(submits.collect::<Vec<_>>()).await;
    let ids: std::collections::HashSet<JobId> = answers
        .iter()
        .map(|answer| answer.as_ref().unwrap().job().id)
        .collect();
    let created = answers
        .iter()
        .filter(|answer| matches!(answer, Ok(Submitted::Created(_))))
        .count();
    assert_eq!((ids.len(), created), (1, 1));
    gate.open();
    fixture.ended(*ids.iter().next().unwrap()).await;
    assert_eq!(fixture.calls(), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_finished_report_is_served_until_it_is_too_old() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().build().start();
    let first = fixture.submit("nasa").await;
    fixture.ended(first).await;
    tokio::time::sleep(seconds(60)).await;

    let again = |max_age| {
        let job = fixture.client.new_job(target("nasa")).with_max_age(max_age);
        fixture.client.submit_job(job)
    };
    let served = again(Some(seconds(61))).await.unwrap();
    assert!(matches!(served, Submitted::Served(job) if job.id == first));
    assert!(matches!(again(None).await.unwrap(), Submitted::Served(_)));
    let afresh = again(Some(seconds(60))).await.unwrap();
    assert!(matches!(afresh, Submitted::Created(job) if job.id != first));
}

#[tokio::test(start_paused = true)]
async fn watching_ends_with_the_terminal_state_also_when_it_is_long_past() {
    let fixture = Fixture::new();
    let _workers = fixture.builder().build().start();
    fixture.assembler.next(Step::permanent("no ink"));
    let id = fixture.submit("nasa").await;
    let seen: Vec<_> = fixture.client.watch(id).map(Result::unwrap).collect().await;
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].version < pair[1].version)
    );
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].progress <= pair[1].progress)
    );
    assert_eq!(seen.last().unwrap().status, Status::Failed);
    // Once more, of a job that has ended.
    let again: Vec<_> = fixture.client.watch(id).map(Result::unwrap).collect().await;
    assert_eq!(again, seen[seen.len() - 1..]);
}

#[tokio::test(start_paused = true)]
async fn watching_an_unknown_job_says_so_and_ends() {
    let client = Client::new(MemoryStore::new());
    let seen: Vec<_> = client.watch(JobId::random()).collect().await;
    assert!(matches!(seen[..], [Err(StoreError::NotFound(_))]));
}

#[tokio::test(start_paused = true)]
async fn a_job_and_its_report_expire_after_their_retention() {
    let fixture = Fixture::on(MemoryOptions::new().with_retention(seconds(3600)).build());
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.ended(id).await;
    tokio::time::sleep(seconds(3599)).await;
    assert!(fixture.report(id).await.is_some());
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(
        fixture.client.report(id).await.unwrap(),
        ReportState::Absent
    );
    assert_eq!(fixture.client.status(id).await.unwrap(), None);
    // The workers' sweeper leaves nothing of it.
    tokio::time::sleep(seconds(11)).await;
    let stats = fixture.client.stats().await.unwrap();
    assert_eq!((stats.jobs.total(), stats.stored_bytes), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_races_expiry_sees_all_or_nothing() {
    let fixture = Fixture::on(MemoryOptions::new().with_retention(seconds(10)).build());
    let _workers = fixture.builder().build().start();
    let id = fixture.submit("nasa").await;
    fixture.ended(id).await;
    let mut absent = false;
    for _ in 0..200 {
        let (job, report) = (
            fixture.client.status(id).await.unwrap(),
            fixture.client.report(id).await.unwrap(),
        );
        assert_eq!(job.is_some(), matches!(report, ReportState::Ready(_)));
        assert!(!(absent && job.is_some()), "an expired job came back");
        absent = job.is_none();
        tokio::time::sleep(seconds(1) / 10).await;
    }
    assert!(absent);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_new_jobs_and_still_joins_old_ones() {
    let limits = StoreLimits::default().with_pending_jobs(2);
    let fixture = Fixture::on(MemoryOptions::new().with_limits(limits).build());
    let first = fixture.submit("one").await;
    fixture.submit("two").await;
    let refused = fixture.client.submit(target("three")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Full { .. }) && refused.is_retryable());
    assert!(
        refused
            .to_string()
            .contains("pending jobs may be at most 2"),
        "{refused}"
    );
    assert_eq!(fixture.submit("one").await, first);
    // With workers there is room again.
    let _workers = fixture.builder().build().start();
    fixture.ended(first).await;
    let third = fixture.submit("three").await;
    assert_eq!(fixture.ended(third).await.status, Status::Completed);
}

#[tokio::test(start_paused = true)]
async fn no_more_jobs_run_at_once_than_the_concurrency_says() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).behind(&gate));
    let _workers = fixture.builder().with_concurrency(3).build().start();
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(fixture.submit(&format!("user{n}")).await);
    }
    fixture.scraper.started(3).await;
    tokio::time::sleep(seconds(5)).await;
    assert_eq!(fixture.scraper.running(), 3);
    gate.open();
    for id in ids {
        fixture.ended(id).await;
    }
    assert_eq!(
        (fixture.scraper.most_running(), fixture.scraper.calls()),
        (3, 10)
    );
}

#[tokio::test(start_paused = true)]
async fn in_flight_limits_hold_over_all_workers_and_leave_other_platforms_alone() {
    let fixture = Fixture::new();
    let gate = Gate::new();
    fixture
        .scraper
        .always(Step::succeed("scraped".into()).behind(&gate));
    let pipeline = fixture
        .builder()
        .with_in_flight_limit(Platform::TIKTOK, 2)
        .build();
    let (_one, _two) = (pipeline.start(), pipeline.start());
    for n in 0..5 {
        let target = on_platform(Platform::TIKTOK, &format!("user{n}"));
        fixture.client.submit(target).await.unwrap();
    }
    for n in 0..4 {
        fixture.submit(&format!("user{n}")).await;
    }
    fixture.scraper.started(6).await;
    tokio::time::sleep(seconds(5)).await;
    let platforms = fixture.client.stats().await.unwrap().platforms;
    assert_eq!(platforms[&Platform::TIKTOK].processing, 2);
    assert_eq!(platforms[&Platform::INSTAGRAM].processing, 4);
    gate.open();
    fixture.scraper.ended(9).await;
}

#[tokio::test(start_paused = true)]
async fn one_process_submits_and_another_works() {
    // Both know nothing of each other but the store.
    let fixture = Fixture::new();
    let front = Client::new(Arc::clone(&fixture.store));
    let id = front.submit(target("nasa")).await.unwrap().job().id;
    assert_eq!(
        front.status(id).await.unwrap().unwrap().status,
        Status::Pending
    );
    let _workers = fixture.builder().build().start();
    fixture.ended(id).await;
    assert!(matches!(
        front.report(id).await.unwrap(),
        ReportState::Ready(_)
    ));
}

#[tokio::test(start_paused = true)]
async fn a_target_is_found_and_its_report_is_deleted() {
    let fixture = Fixture::new();
    let client = &fixture.client;
    assert_eq!(client.find(target("nasa")).await.unwrap(), None);
    let id = fixture.submit("nasa").await;
    let found = client.find(target("nasa")).await.unwrap();
    assert_eq!(found, Some(fixture.job(id).await));
    let refused = client.delete(id).await;
    assert!(matches!(refused, Err(StoreError::NotEnded(live)) if live == id));

    let _workers = fixture.builder().build().start();
    let ended = fixture.ended(id).await;
    let unknown = JobId::random();
    let read = client.statuses(&[unknown, id]).await.unwrap();
    assert_eq!(read, [None, Some(ended)]);
    client.delete(id).await.unwrap();
    assert_eq!(client.report(id).await.unwrap(), ReportState::Absent);
    assert_eq!(client.find(target("nasa")).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_known_of_a_target_is_erased_in_all_scopes() {
    let fixture = Fixture::new();
    let client = &fixture.client;
    let of_tenant = |tenant: &str| {
        let scope = Scope::new(tenant).unwrap();
        client.new_job(target("nasa")).with_scope(scope)
    };
    let _workers = fixture.builder().build().start();
    let mut ids = Vec::new();
    for tenant in ["", "ada", "bob"] {
        let submitted = client.submit_job(of_tenant(tenant)).await.unwrap();
        ids.push(submitted.job().id);
        fixture.ended(submitted.job().id).await;
    }
    let other = fixture.submit("esa").await;
    fixture.ended(other).await;
    let gate = Gate::new();
    let step = Step::succeed("scraped".to_owned()).behind(&gate);
    fixture.scraper.next(step);
    let live = client.submit_job(of_tenant("eve")).await.unwrap();
    let live = live.job().id;
    let is_running = |job: &Job| job.status == Status::Processing;
    fixture.until(live, is_running).await;

    let list = || ListRequest::new().with_target(target("nasa"));
    let listed = client.list(list()).await.unwrap();
    let listed: Vec<JobId> = listed.jobs.iter().map(|job| job.id).collect();
    assert_eq!(listed, [live, ids[2], ids[1], ids[0]]);
    let of_eve = ListRequest::new().with_scope(Scope::new("eve").unwrap());
    let counts = client.count(of_eve).await.unwrap();
    assert_eq!((counts.processing, counts.total()), (1, 1));
    let counts = client.count(list().with_limit(1)).await.unwrap();
    assert_eq!((counts.processing, counts.completed), (1, 3));
    let erased = client.delete_target(&target("nasa")).await.unwrap();
    assert_eq!((erased.deleted, erased.live), (3, 1));
    assert_eq!(fixture.ended(live).await.status, Status::Failed);
    let erased = client.delete_target(&target("nasa")).await.unwrap();
    assert_eq!((erased.deleted, erased.live), (1, 0));
    assert!(client.list(list()).await.unwrap().jobs.is_empty());
    for id in ids {
        assert_eq!(client.report(id).await.unwrap(), ReportState::Absent);
    }
    let left = fixture.report(other).await;
    assert!(left.is_some(), "others are left alone");
}

#[tokio::test(start_paused = true)]
async fn what_reads_the_whole_list_waits_for_no_dead_store() {
    let fixture = Fixture::new();
    for verb in [Verb::List, Verb::Cancel] {
        fixture.submit("nasa").await;
        fixture.faults.from_now_on(verb, Fault::Hang);
        let began = Instant::now();
        let erased = fixture.client.delete_target(&target("nasa")).await;
        assert!(matches!(erased, Err(StoreError::Unavailable { .. })));
        let counted = fixture.client.count(ListRequest::new()).await;
        assert_eq!(counted.is_err(), verb == Verb::List, "{counted:?}");
        assert!(began.elapsed() <= seconds(4), "{:?}", began.elapsed());
        fixture.faults.heal();
    }
}

#[tokio::test(start_paused = true)]
async fn two_pipelines_on_one_store_take_no_jobs_of_the_other() {
    let fixture = Fixture::new();
    let platforms = [Platform::INSTAGRAM, Platform::TIKTOK];
    let start = |platform: &Platform| {
        let phases = Fixture::new();
        let pipeline = phases.builder_on(fixture.client.clone());
        let pipeline = pipeline.with_platforms([platform.clone()]).build();
        (pipeline.start(), phases)
    };
    let pipelines = [start(&platforms[0]), start(&platforms[1])];
    let mut ids = Vec::new();
    for n in 0..20 {
        let target = on_platform(platforms[n % 2].clone(), &format!("user{n}"));
        ids.push(fixture.client.submit(target).await.unwrap().job().id);
    }
    // Of a third platform nobody takes any.
    let third = on_platform(Platform::YOUTUBE, "nasa");
    let third = fixture.client.submit(third).await.unwrap().job().id;
    for id in ids {
        assert_eq!(fixture.ended(id).await.status, Status::Completed);
    }
    assert_eq!(fixture.job(third).await.status, Status::Pending);
    for ((_, phases), platform) in pipelines.iter().zip(platforms) {
        assert_eq!(phases.scraper.calls(), 10);
        for n in 1..=10 {
            let call = phases.scraper.call(n).unwrap();
            assert_eq!(call.target.platform, platform);
        }
    }
}
