//! Draws that are the same on every machine.

/// SplitMix64.
pub(super) struct Draws(pub u64);

impl Draws {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn happens(&mut self, prob: f64) -> bool {
        self.unit() < prob
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// The first of a list far more often than the last, as names are.
    pub fn skewed<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let place = self.unit().powi(2) * list.len() as f64;
        &list[(place as usize).min(list.len() - 1)]
    }

    pub fn any<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
