//! Memory that the allocator of the system keeps for later.

/// Gives memory that nobody uses back to the system: what one piece of work leaves is hardly of the sizes that the next asks for.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn give_back() {
    // SAFETY: any thread may ask for it at any time, and what is in use stays as it is.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators decide by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_stays() {
        let used: Vec<Vec<u8>> = (0..1_000).map(|n| vec![n as u8; 1_000]).collect();
        drop(vec![1_u8; 50 << 20]);
        give_back();
        assert!(
            (0_usize..)
                .zip(&used)
                .all(|(n, bytes)| *bytes == [n as u8; 1_000])
        );
    }
}
