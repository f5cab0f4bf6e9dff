//! How the library tells what it is doing, without printing.

/// Receives what a long piece of work has to say; the command line draws bars from it.
pub trait Progress: Sync {
    /// A piece of work begins; `total` counts its steps where they are known.
    fn begin(&self, work: &str, total: Option<u64>);
    /// `count` more steps are done.
    fn advance(&self, count: u64);
    /// The piece of work is done.
    fn end(&self);
    /// Something a person should know, though the run goes on.
    fn warn(&self, message: &str);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _work: &str, _total: Option<u64>) {}
    fn advance(&self, _count: u64) {}
    fn end(&self) {}
    fn warn(&self, _message: &str) {}
}
