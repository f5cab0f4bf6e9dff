//! Times RFM and base features on a workspace whose orders are joined already:
//! `cargo run --release --example base_features -- WORKSPACE`.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;
use koe::pipeline::Workspace;
use koe::schema::{
    account_scores, assignments, campaigns, conversations, customers, links, order_lines, orders,
    persons, post_scores, posts,
};
use koe::segment::{Input, Settings, base_features};
use polars::prelude::{DataFrame, IntoLazy};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("which workspace?")?;
    let workspace = Workspace::open(&PathBuf::from(folder), None, &[], None, Timestamp::now())?;
    let store = workspace.store()?;
    let input = Input {
        orders: store.scan(&orders::TABLE)?,
        order_lines: store.scan(&order_lines::TABLE)?,
        posts: store.scan(&posts::TABLE)?,
        assignments: store.scan(&assignments::TABLE)?,
        campaigns: store.scan(&campaigns::TABLE)?,
        customers: store.scan(&customers::TABLE)?,
        persons: store.scan(&persons::TABLE)?,
        links: store.scan(&links::TABLE)?,
        post_scores: store.scan(&post_scores::TABLE)?,
        account_scores: store.scan(&account_scores::TABLE)?,
        conversations: store.scan(&conversations::TABLE)?,
        reachable: DataFrame::empty().lazy(),
    };
    let config = workspace.config();
    let settings = Settings {
        segment: &config.segment,
        money: &config.money,
        lang: config.workspace.lang,
        min_group_size: config.privacy.min_group_size,
    };
    let started = Instant::now();
    let values = base_features(&input, settings, workspace.as_of())?;
    let seconds = started.elapsed().as_secs_f64();
    writeln!(
        io::stdout(),
        "{} buyers with {} columns in {seconds:.2} s",
        values.height(),
        values.width()
    )?;
    Ok(())
}
