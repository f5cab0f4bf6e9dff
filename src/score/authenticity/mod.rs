//! Who is not who they seem: accounts that pass for an official one, and accounts that a program runs.
//!
//! Both judges look at one account at a time, give a score 0..1 and say why in fixed keys, so that a person can check
//! every answer. A score is evidence to look at, not a verdict: neither judge sees who owns an account.

pub(super) mod bots;
pub(super) mod impersonation;
