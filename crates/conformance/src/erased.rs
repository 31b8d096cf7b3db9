//! Factories and stores without their types, so that the cases are compiled once.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use report_pipeline::JobId;
use report_pipeline::store::JobStore;

use crate::setup::{StoreFactory, StoreSetup};

/// Any [`StoreFactory`].
#[async_trait]
pub(crate) trait AnyFactory: Send + Sync {
    fn tick(&self) -> Duration;
    async fn advance(&self, duration: Duration);
    async fn build<'a>(&'a self, setup: StoreSetup) -> Box<dyn Built + 'a>;
}

/// A store that was built, with what must live as long as it.
#[async_trait]
pub(crate) trait Built: Send + Sync {
    fn store(&self) -> &Arc<dyn JobStore>;
    async fn damage(&self, id: JobId) -> bool;
    async fn another(&self) -> Option<Arc<dyn JobStore>>;
    async fn reopen<'a>(self: Box<Self>) -> Option<Box<dyn Built + 'a>>
    where
        Self: 'a;
}

struct BuiltBy<'a, F: StoreFactory> {
    factory: &'a F,
    // Declared before the guard: the store goes first.
    erased: Arc<dyn JobStore>,
    store: Arc<F::Store>,
    guard: F::Guard,
}

#[async_trait]
impl<F: StoreFactory> AnyFactory for F {
    fn tick(&self) -> Duration {
        StoreFactory::tick(self)
    }

    async fn advance(&self, duration: Duration) {
        StoreFactory::advance(self, duration).await;
    }

    async fn build<'a>(&'a self, setup: StoreSetup) -> Box<dyn Built + 'a> {
        let (guard, store) = StoreFactory::build(self, setup).await;
        let store = Arc::new(store);
        Box::new(BuiltBy {
            factory: self,
            erased: Arc::clone(&store) as Arc<dyn JobStore>,
            store,
            guard,
        })
    }
}

#[async_trait]
impl<F: StoreFactory> Built for BuiltBy<'_, F> {
    fn store(&self) -> &Arc<dyn JobStore> {
        &self.erased
    }

    async fn damage(&self, id: JobId) -> bool {
        self.factory.damage(&self.guard, &self.store, id).await
    }

    async fn another(&self) -> Option<Arc<dyn JobStore>> {
        let another = self.factory.another(&self.guard, &self.store).await;
        another.map(|store| Arc::new(store) as Arc<dyn JobStore>)
    }

    async fn reopen<'a>(self: Box<Self>) -> Option<Box<dyn Built + 'a>>
    where
        Self: 'a,
    {
        let Self {
            factory,
            erased,
            store,
            guard,
        } = *self;
        drop(erased);
        let store = Arc::into_inner(store).expect("no task of the case holds the store");
        let store = Arc::new(factory.reopen(&guard, store).await?);
        Some(Box::new(Self {
            factory,
            erased: Arc::clone(&store) as Arc<dyn JobStore>,
            store,
            guard,
        }))
    }
}
