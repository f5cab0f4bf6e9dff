//! The binary, run in temporary folders as a person or a cron job would.

mod bad_input;
mod cdnow;
mod consent;
mod crash;
mod docs;
mod erase;
mod exports;
mod help;
mod import;
mod join;
mod join_report;
mod own_layouts;
mod shop;
mod support;
