//! Frames that are read block by block and never held.

use std::sync::{Arc, Mutex};

use polars::prelude::*;

/// Hands the blocks of a frame, in their order, to what gathers from them, and returns that.
pub(crate) fn gathered<G: Send + 'static>(
    frame: LazyFrame,
    gatherer: G,
    take: fn(&mut G, &DataFrame) -> PolarsResult<()>,
) -> PolarsResult<G> {
    let gatherer = Arc::new(Mutex::new(Some(gatherer)));
    let taker = Arc::clone(&gatherer);
    let callback = PlanCallback::new(move |block: DataFrame| {
        if let Some(gatherer) = taker.lock().map_err(|_| broken())?.as_mut() {
            take(gatherer, &block)?;
        }
        Ok(false)
    });
    // In their order, so that what is gathered is the same at any number of threads.
    frame
        .sink_batches(callback, true, None)?
        .collect_with_engine(Engine::Streaming)?;
    let gatherer = gatherer.lock().map_err(|_| broken())?.take();
    gatherer.ok_or_else(broken)
}

fn broken() -> PolarsError {
    PolarsError::ComputeError("a table was not read to its end".into())
}
