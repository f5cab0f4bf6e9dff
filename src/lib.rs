//! koe (声, "voice"): a social CRM on the command line.
//!
//! koe reads what a shop already has as files (customers, orders, exported social posts, chats, reviews), joins the voices
//! to the customers who agreed to it, and tells whom to serve, how, and what they are saying.
//!
//! ```text
//! exports/ --import--> raw tables --join--> links --score--> post and account scores, alerts
//!                                      \                    /
//!                                       `--- segment ------'  customers' value x voice
//!                                               |
//!                                           report, audience
//! ```
//!
//! Each arrow is a module and a stage, a function from tables to tables: [`import`], [`join`], [`score`], [`segment`],
//! [`report`], [`audience`]. The tables and their columns are [`schema`]; the files they live in are [`store`]; [`pipeline`] runs the
//! stages on a workspace. [`math`] and [`text`] know no table, no file and no clock.
//!
//! The library never prints: it returns [`error::Error`] and reports to a [`progress::Progress`].

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod account_links;
mod allocator;
pub mod as_of;
pub mod audience;
mod beginning;
mod blocks;
mod concurrent;
pub mod config;
pub mod error;
mod hash;
pub mod import;
pub mod join;
pub mod math;
pub mod money;
pub mod pipeline;
pub mod progress;
pub mod report;
mod rising;
pub mod sample;
pub mod schema;
pub mod score;
pub mod segment;
pub mod spreadsheet;
pub mod store;
pub mod text;
