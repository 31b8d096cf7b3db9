//! The order in which a channel is read: profile, uploads, videos, comments, replies.

use report_pipeline::{Handle, PhaseError, Platform, Target};

use super::super::LiveOptions;
use super::super::pages::Page;
use super::super::reading::Reading;
use super::answers::{self, Channel, Thread, Video};
use super::calls::{self, ChannelBy};
use super::failure::{API, About, Refusal};
use super::session::Session;
use crate::facts::{AccountKey, Fact, IdKind, Item, is_channel_id};

/// The formats of the answers, as the readers call them.
const CHANNELS: &str = "YouTube API channels";
const VIDEOS: &str = "YouTube API videos";
const THREADS: &str = "YouTube API comment threads";
const REPLIES: &str = "YouTube API comments";

/// Reads a channel.
pub(super) async fn scan(
    session: Session<'_>,
    options: &LiveOptions,
    reading: Reading,
    target: &Target,
) -> Result<Reading, PhaseError> {
    let mut scan = Scan {
        session,
        options,
        reading,
        out_of_budget: false,
    };
    let channel = scan.channel(target).await?;
    let Some(ids) = scan.uploads(&channel).await? else {
        return Ok(scan.finished());
    };
    let videos = scan.videos(&channel, &ids).await?;
    let has_read_posts = !videos.is_empty() || !scan.out_of_budget;
    if options.comments_per_post > 0 && has_read_posts {
        let threads = scan.comments(&channel, &videos).await?;
        scan.replies(&threads).await?;
    }
    Ok(scan.finished())
}

struct Scan<'a> {
    session: Session<'a>,
    options: &'a LiveOptions,
    reading: Reading,
    /// Whether something was left out because the budget was used up.
    out_of_budget: bool,
}

/// The comments of one video, as far as they were read.
struct Comments {
    video: String,
    left: u32,
    next: Option<String>,
}

impl Scan<'_> {
    /// Asks for a page, unless it is beyond the budget.
    async fn ask(&mut self, path: &str) -> Result<Option<Page>, Refusal> {
        if !self.session.can_afford() {
            self.out_of_budget = true;
            return Ok(None);
        }
        self.session.ask(path).await.map(Some)
    }

    async fn channel(&mut self, target: &Target) -> Result<Channel, PhaseError> {
        // The least that a report costs, until more is known.
        let videos = self.options.posts.div_ceil(50);
        let pages = self.options.comments_per_post.div_ceil(calls::COMMENTS);
        let comments = self.options.posts.saturating_mul(pages);
        self.session
            .plan((2 * videos).saturating_add(comments).saturating_add(1));
        let name = target.handle.as_str();
        let mut by = vec![ChannelBy::Handle(name)];
        if is_channel_id(name) {
            by = vec![ChannelBy::Id(name)];
        } else if name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            by.push(ChannelBy::OldName(name));
        }
        for by in by {
            let page = self
                .ask(&calls::channel(by))
                .await
                .map_err(|refused| refused.error)?;
            let Some(page) = page else {
                return Err(PhaseError::permanent(
                    "the budget for one report allows no request to YouTube: its operator must \
                     raise it",
                ));
            };
            let Some(channel) = answers::channel(&page.body) else {
                continue;
            };
            self.reading.add(API, CHANNELS, &page.body, page.read_at)?;
            self.identify(target, &channel);
            if matches!(by, ChannelBy::OldName(_)) {
                let handle = channel.handle.as_deref().unwrap_or("unknown");
                self.reading.problems.push(format!(
                    "No channel has the handle @{name}. This is the channel with the old user \
                     name {name}, whose handle is {handle}: check that it is the one you mean."
                ));
            }
            return Ok(channel);
        }
        Err(PhaseError::account_unavailable(format!(
            "YouTube has no channel {}: check the spelling; it may also have been closed",
            if is_channel_id(name) {
                name.to_owned()
            } else {
                format!("@{name}")
            }
        )))
    }

    fn identify(&mut self, target: &Target, channel: &Channel) {
        let names = [Some(target.handle.as_str()), channel.handle.as_deref()];
        let handles = names.into_iter().flatten();
        let handles = handles.filter_map(|name| self.reading.handle(&Platform::YOUTUBE, name));
        let handles: Vec<Handle> = handles.collect();
        self.reading.identity.handles = handles;
        self.reading.identity.ids = channel.id.clone().into_iter().collect();
    }

    /// The ids of the newest uploads; `None` if they could not be read.
    async fn uploads(&mut self, channel: &Channel) -> Result<Option<Vec<String>>, PhaseError> {
        let Some(list) = &channel.uploads else {
            self.reading
                .problems
                .push("The channel shows no list of its uploads.".to_owned());
            return Ok(None);
        };
        let wanted = self.options.posts;
        self.reading.asked.posts = Some(u64::from(wanted));
        let mut ids: Vec<String> = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let left = wanted.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let call = calls::uploads(list, left.min(50), token.as_deref());
            let page = match self.ask(&call).await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                // A channel without uploads has no such list.
                Err(refused) if refused.about == About::Thing && ids.is_empty() => break,
                Err(refused) if refused.about == About::Thing => {
                    self.lost("A part of the list of uploads could not be read.");
                    break;
                }
                Err(refused) => return Err(refused.error),
            };
            let found = answers::uploads(&page.body);
            let before = ids.len();
            ids.extend(found.ids);
            token = found.next;
            // A page without items would come for ever.
            if token.is_none() || ids.len() == before {
                break;
            }
        }
        ids.truncate(wanted as usize);
        if ids.is_empty() && self.out_of_budget {
            return Ok(None);
        }
        Ok(Some(ids))
    }

    async fn videos(
        &mut self,
        channel: &Channel,
        ids: &[String],
    ) -> Result<Vec<Video>, PhaseError> {
        let mut videos = Vec::new();
        let mut asked = 0;
        for batch in ids.chunks(calls::VIDEOS) {
            let page = self
                .ask(&calls::videos(batch))
                .await
                .map_err(|refused| refused.error)?;
            let Some(page) = page else {
                break;
            };
            asked += batch.len();
            self.reading.add(API, VIDEOS, &page.body, page.read_at)?;
            videos.extend(answers::videos(&page.body));
        }
        // Known by their ids alone they are not read.
        if asked > 0 || ids.is_empty() {
            self.say(channel, Item::PostsRead { limit: None });
        }
        let missing = asked.saturating_sub(videos.len());
        if missing > 0 {
            self.reading.problems.push(format!(
                "{missing} of the {asked} newest videos could not be read: they are private, \
                 deleted, or for members only."
            ));
        }
        Ok(videos)
    }

    /// Reads a page of comments of each video, then the next page of each, so that a budget that is
    /// used up costs depth before it costs a video.
    async fn comments(
        &mut self,
        channel: &Channel,
        videos: &[Video],
    ) -> Result<Vec<Thread>, PhaseError> {
        let limit = self.options.comments_per_post;
        let open = videos
            .iter()
            .filter(|video| video.comments.is_some_and(|count| count > 0));
        let mut waiting: Vec<Comments> = open
            .clone()
            .map(|video| Comments {
                video: video.id.clone(),
                left: limit,
                next: None,
            })
            .collect();
        let pages = open.map(|video| {
            let count = video.comments.unwrap_or(0).min(u64::from(limit));
            u32::try_from(count)
                .unwrap_or(limit)
                .div_ceil(calls::COMMENTS)
        });
        let pages = pages.fold(0, u32::saturating_add);
        self.session.plan(pages);
        self.reading.asked.comments = Some(u64::from(limit).saturating_mul(waiting.len() as u64));
        self.reading.asked.comment_order = Some(self.options.comment_order);
        let mut threads = Vec::new();
        let (mut off, mut lost, mut unread) = (0, 0, 0);
        let mut is_first = true;
        while !waiting.is_empty() {
            let mut next = Vec::new();
            for mut comments in waiting {
                let call = calls::threads(
                    &comments.video,
                    comments.left.min(calls::COMMENTS),
                    self.options.comment_order,
                    self.options.replies_per_comment > 0,
                    comments.next.as_deref(),
                );
                match self.ask(&call).await {
                    Ok(Some(page)) => {
                        self.reading.add(API, THREADS, &page.body, page.read_at)?;
                        let found = answers::threads(&page.body);
                        let got = u32::try_from(found.threads.len()).unwrap_or(u32::MAX);
                        threads.extend(found.threads);
                        comments.left = comments.left.saturating_sub(got);
                        comments.next = found.next;
                        if comments.next.is_some() && comments.left > 0 && got > 0 {
                            next.push(comments);
                        }
                    }
                    Ok(None) => unread += u32::from(is_first),
                    Err(Refusal {
                        about: About::CommentsOff,
                        ..
                    }) => {
                        off += 1;
                        self.reading.comments_off.push(comments.video);
                    }
                    Err(Refusal {
                        about: About::Thing | About::Oddly,
                        ..
                    }) => lost += 1,
                    Err(refused) => return Err(refused.error),
                }
            }
            waiting = next;
            is_first = false;
        }
        let asked = videos.len();
        if unread == 0 || !threads.is_empty() {
            self.say(
                channel,
                Item::CommentsRead {
                    order: Some(self.options.comment_order),
                },
            );
        }
        let closed = videos
            .iter()
            .filter(|video| video.comments.is_none())
            .count()
            + off;
        if closed > 0 {
            self.lost(&format!(
                "Comments are switched off under {closed} of {asked} videos."
            ));
        }
        if lost > 0 {
            self.lost(&format!(
                "The comments of {lost} of {asked} videos could not be read: they are closed, or \
                 the video was taken away meanwhile."
            ));
        }
        if unread > 0 {
            self.lost(&format!(
                "The comments of {unread} of {asked} videos were not read."
            ));
        }
        Ok(threads)
    }

    async fn replies(&mut self, threads: &[Thread]) -> Result<(), PhaseError> {
        let wanted = u64::from(self.options.replies_per_comment);
        let more = |thread: &&Thread| thread.given < wanted.min(thread.replies);
        let waiting: Vec<&Thread> = threads.iter().filter(more).collect();
        self.session
            .plan(u32::try_from(waiting.len()).unwrap_or(u32::MAX));
        let mut lost = 0;
        for thread in waiting {
            // The list begins anew: the few that came with the comment are not its first ones.
            let mut left = self.options.replies_per_comment;
            let mut token: Option<String> = None;
            while left > 0 {
                let count = left.min(calls::COMMENTS);
                let page = match self
                    .ask(&calls::replies(&thread.id, count, token.as_deref()))
                    .await
                {
                    Ok(Some(page)) => page,
                    Ok(None) => return Ok(()),
                    Err(Refusal {
                        about: About::All,
                        error,
                    }) => return Err(error),
                    Err(_) => {
                        lost += 1;
                        break;
                    }
                };
                self.reading.add(API, REPLIES, &page.body, page.read_at)?;
                let (got, next) = answers::replies(&page.body);
                left = left.saturating_sub(u32::try_from(got).unwrap_or(u32::MAX));
                token = next.filter(|_| got > 0);
                if token.is_none() {
                    break;
                }
            }
        }
        if lost > 0 {
            self.lost(&format!(
                "The replies to {lost} comments could not be read."
            ));
        }
        Ok(())
    }

    fn lost(&mut self, problem: &str) {
        self.reading.problems.push(problem.to_owned());
    }

    fn say(&mut self, channel: &Channel, item: Item) {
        self.reading.say(Fact {
            account: AccountKey::unknown(Platform::YOUTUBE)
                .with_id(IdKind::Public, channel.id.clone()),
            captured_at: Some(chrono::Utc::now()),
            source: "YouTube Data API",
            item,
        });
    }

    fn finished(mut self) -> Reading {
        if self.out_of_budget {
            self.reading.problems.insert(
                0,
                format!(
                    "The budget of {} units for one report was used up before everything was read.",
                    self.session.budget()
                ),
            );
        }
        self.reading
    }
}
