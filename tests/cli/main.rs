//! The binary, run in temporary folders as a person or a cron job would.

mod audience;
mod bad_input;
mod brands;
mod cdnow;
mod consent;
mod consent_command;
mod consent_properties;
mod conversations;
mod crash;
mod docs;
mod erase;
mod explain;
mod exports;
mod forget;
mod forget_properties;
mod help;
mod import;
mod join;
mod join_report;
mod own_layouts;
mod report_options;
mod segment_command;
mod shop;
mod support;
mod topics;
