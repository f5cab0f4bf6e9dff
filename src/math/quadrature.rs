//! Integrals of positive functions whose logarithm is concave, to about twelve digits.
//!
//! Gauss-Legendre rules on panels that follow the function: no panel is wider than two units nor lets the function fall by
//! more than a factor of about e^40, its rule goes by the steepest place in it (a hump may end as high as it begins), and
//! the integral ends where nothing worth adding is left. There is no subtraction, so nothing cancels, and no case to tell
//! apart. The purchase models write their waiting times as such integrals in `v = ln(1 + y / base)`, where powers of
//! shifted times become exponentials.

/// A node in the unit interval and its weight; the weights of a rule add up to one.
type Point = (f64, f64);

/// Widest panel: the functions at hand have their singularities at a distance of pi from the real line.
const WIDEST: f64 = 2.0;
/// Change of the logarithm that a panel is cut for.
const STEEPEST: f64 = 32.0;
/// Fall of the logarithm below its top at which the rest is nothing in double precision.
const NEGLIGIBLE: f64 = 42.0;
/// Bound on the panels; two units each span every ratio of two doubles in less.
const MAX_PANELS: usize = 2_048;
/// Longest interval, as a guard against `e^v` beyond double precision.
const LONGEST: f64 = 690.0;

/// A function `e^g` of `v >= 0` with concave `g`.
pub trait LogConcave {
    /// What is known at one place.
    type Place: Copy;

    /// Returns the place at `v`.
    fn at(&self, v: f64) -> Self::Place;

    /// Returns `g` there.
    fn log(&self, place: &Self::Place) -> f64;

    /// Returns a bound on `|g'|` there, which grows by no more than a factor of `e^h` over a distance of `h`.
    fn steepness(&self, place: &Self::Place) -> f64;
}

/// A part of an interval, with the rule that integrates the function over it.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    start: f64,
    length: f64,
    points: &'static [Point],
}

impl Panel {
    /// Returns the nodes and their weights, ascending.
    pub fn nodes(self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.points.iter();
        points.map(move |&(node, weight)| (self.start + self.length * node, self.length * weight))
    }
}

/// Integrates over `[0, limit]`: hands every node to `visit` with what it adds, the function there times the node's weight.
///
/// The sum of the second arguments is the integral; other sums give means under the function as a density. At most 690 units
/// of `v` are looked at. Visits nothing when the limit is nil, negative or not a number.
pub fn integrate<F: LogConcave>(function: &F, limit: f64, mut visit: impl FnMut(&F::Place, f64)) {
    panels(function, limit, |panel| {
        for (v, weight) in panel.nodes() {
            let inside = function.at(v);
            visit(&inside, weight * function.log(&inside).exp());
        }
    });
}

/// Cuts `[0, limit]` into panels, ascending: what [`integrate`] visits, for who computes the function at many nodes at once.
pub fn panels<F: LogConcave>(function: &F, limit: f64, mut visit: impl FnMut(Panel)) {
    let limit = if limit.is_nan() {
        0.0
    } else {
        limit.min(LONGEST)
    };
    let mut start = 0.0;
    let place = function.at(start);
    let mut log = function.log(&place);
    let mut steepness = function.steepness(&place);
    let mut top = log;
    for _ in 0..MAX_PANELS {
        let left = limit - start;
        if left <= 0.0 || log < top - NEGLIGIBLE {
            return;
        }
        let mut length = left.min(WIDEST);
        if steepness * length > STEEPEST {
            length = STEEPEST / steepness;
        }
        let mut end = function.at(start + length);
        let mut end_log = function.log(&end);
        for _ in 0..64 {
            if (end_log - log).abs() <= 1.3 * STEEPEST {
                break;
            }
            length *= 0.6;
            end = function.at(start + length);
            end_log = function.log(&end);
        }
        let end_steepness = function.steepness(&end);
        visit(Panel {
            start,
            length,
            points: rule(steepness.max(end_steepness) * length, length),
        });
        let next = if length < left { start + length } else { limit };
        if next <= start {
            return;
        }
        (start, log, steepness) = (next, end_log, end_steepness);
        top = top.max(log);
    }
}

/// Returns the shortest rule that is exact to about twelve digits over a panel whose logarithm is nowhere steeper than
/// `change` over its length.
fn rule(change: f64, length: f64) -> &'static [Point] {
    // Beyond one unit the distance of the singularities counts, however flat the function is.
    let change = if length > 1.0 {
        change.max(2.0)
    } else {
        change
    };
    if change <= 0.5 {
        &POINTS_6
    } else if change <= 2.5 {
        &POINTS_8
    } else if change <= 8.0 {
        &POINTS_12
    } else if change <= 16.0 {
        &POINTS_16
    } else {
        &POINTS_24
    }
}

/// The rule of 6 points.
const POINTS_6: [Point; 6] = [
    (0.033_765_242_898_423_99, 0.085_662_246_189_585_18),
    (0.169_395_306_766_867_73, 0.180_380_786_524_069_3),
    (0.380_690_406_958_401_56, 0.233_956_967_286_345_52),
    (0.619_309_593_041_598_5, 0.233_956_967_286_345_52),
    (0.830_604_693_233_132_2, 0.180_380_786_524_069_3),
    (0.966_234_757_101_576, 0.085_662_246_189_585_18),
];

/// The rule of 8 points.
const POINTS_8: [Point; 8] = [
    (0.019_855_071_751_231_884, 0.050_614_268_145_188_13),
    (0.101_666_761_293_186_64, 0.111_190_517_226_687_24),
    (0.237_233_795_041_835_5, 0.156_853_322_938_943_63),
    (0.408_282_678_752_175_1, 0.181_341_891_689_181),
    (0.591_717_321_247_825, 0.181_341_891_689_181),
    (0.762_766_204_958_164_5, 0.156_853_322_938_943_63),
    (0.898_333_238_706_813_4, 0.111_190_517_226_687_24),
    (0.980_144_928_248_768_1, 0.050_614_268_145_188_13),
];

/// The rule of 12 points.
const POINTS_12: [Point; 12] = [
    (0.009_219_682_876_640_375, 0.023_587_668_193_255_914),
    (0.047_941_371_814_762_57, 0.053_469_662_997_659_21),
    (0.115_048_662_902_847_65, 0.080_039_164_271_673_11),
    (0.206_341_022_856_691_3, 0.101_583_713_361_532_96),
    (0.316_084_250_500_909_9, 0.116_746_268_269_177_4),
    (0.437_383_295_744_265_54, 0.124_573_522_906_701_39),
    (0.562_616_704_255_734_5, 0.124_573_522_906_701_39),
    (0.683_915_749_499_090_1, 0.116_746_268_269_177_4),
    (0.793_658_977_143_308_7, 0.101_583_713_361_532_96),
    (0.884_951_337_097_152_3, 0.080_039_164_271_673_11),
    (0.952_058_628_185_237_5, 0.053_469_662_997_659_21),
    (0.990_780_317_123_359_7, 0.023_587_668_193_255_914),
];

/// The rule of 16 points.
const POINTS_16: [Point; 16] = [
    (0.005_299_532_504_175_033, 0.013_576_229_705_877_048),
    (0.027_712_488_463_383_71, 0.031_126_761_969_323_947),
    (0.067_184_398_806_084_12, 0.047_579_255_841_246_39),
    (0.122_297_795_822_498_49, 0.062_314_485_627_766_94),
    (0.191_061_877_798_678_11, 0.074_797_994_408_288_37),
    (0.270_991_611_171_386_3, 0.084_578_259_697_501_27),
    (0.359_198_224_610_370_54, 0.091_301_707_522_461_79),
    (0.452_493_745_081_181_3, 0.094_725_305_227_534_25),
    (0.547_506_254_918_818_8, 0.094_725_305_227_534_25),
    (0.640_801_775_389_629_5, 0.091_301_707_522_461_79),
    (0.729_008_388_828_613_7, 0.084_578_259_697_501_27),
    (0.808_938_122_201_321_9, 0.074_797_994_408_288_37),
    (0.877_702_204_177_501_6, 0.062_314_485_627_766_94),
    (0.932_815_601_193_915_8, 0.047_579_255_841_246_39),
    (0.972_287_511_536_616_3, 0.031_126_761_969_323_947),
    (0.994_700_467_495_825, 0.013_576_229_705_877_048),
];

/// The rule of 24 points.
const POINTS_24: [Point; 24] = [
    (0.002_406_390_001_489_32, 0.006_170_614_899_993_6),
    (0.012_635_722_014_345_251, 0.014_265_694_314_466_832),
    (0.030_862_723_998_633_622, 0.022_138_719_408_709_904),
    (0.056_792_236_497_799_485, 0.029_649_292_457_718_39),
    (0.089_999_007_013_048_54, 0.036_673_240_705_540_15),
    (0.129_937_904_210_722_82, 0.043_095_080_765_976_64),
    (0.175_953_174_031_512_23, 0.048_809_326_052_056_94),
    (0.227_289_264_305_580_22, 0.053_722_135_057_982_82),
    (0.283_103_246_186_977_4, 0.057_752_834_026_862_8),
    (0.342_478_660_151_918_3, 0.060_835_236_463_901_696),
    (0.404_440_566_263_191_86, 0.062_918_728_173_414_15),
    (0.467_971_553_568_697_2, 0.063_969_097_673_376_08),
    (0.532_028_446_431_302_8, 0.063_969_097_673_376_08),
    (0.595_559_433_736_808_2, 0.062_918_728_173_414_15),
    (0.657_521_339_848_081_7, 0.060_835_236_463_901_696),
    (0.716_896_753_813_022_5, 0.057_752_834_026_862_8),
    (0.772_710_735_694_419_7, 0.053_722_135_057_982_82),
    (0.824_046_825_968_487_8, 0.048_809_326_052_056_94),
    (0.870_062_095_789_277_2, 0.043_095_080_765_976_64),
    (0.910_000_992_986_951_5, 0.036_673_240_705_540_15),
    (0.943_207_763_502_200_5, 0.029_649_292_457_718_39),
    (0.969_137_276_001_366_3, 0.022_138_719_408_709_904),
    (0.987_364_277_985_654_7, 0.014_265_694_314_466_832),
    (0.997_593_609_998_510_7, 0.006_170_614_899_993_6),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::special::ln_beta;

    #[test]
    fn rules_are_exact_for_polynomials_of_twice_their_length() {
        let rules: [&[Point]; 5] = [&POINTS_6, &POINTS_8, &POINTS_12, &POINTS_16, &POINTS_24];
        for points in rules {
            for degree in 0..2 * points.len() {
                let sum: f64 = points
                    .iter()
                    .map(|(node, weight)| weight * node.powi(degree as i32))
                    .sum();
                let exact = 1.0 / (degree + 1) as f64;
                assert!((sum / exact - 1.0).abs() < 1e-13, "{degree}: {sum}");
            }
        }
    }

    /// `e^{-rate v}`.
    struct Exponential(f64);
    impl LogConcave for Exponential {
        type Place = f64;
        fn at(&self, v: f64) -> f64 {
            v
        }
        fn log(&self, place: &f64) -> f64 {
            -self.0 * place
        }
        fn steepness(&self, _: &f64) -> f64 {
            self.0.abs()
        }
    }

    #[test]
    fn exponentials_of_any_rate_are_integrated() {
        for rate in [1e-9, 0.3, 1.0, 7.0, 400.0, 1e9] {
            for limit in [1e-12, 0.01, 1.0, 5.0, 600.0] {
                let mut sum = 0.0;
                integrate(&Exponential(rate), limit, |_, weight| sum += weight);
                let exact = -(-rate * limit).exp_m1() / rate;
                assert!((sum / exact - 1.0).abs() < 1e-12, "{rate} {limit}: {sum}");
            }
        }
    }

    /// `e^{a v} (1 + e^v)^{-a-b}`, whose integral over all `v` is a beta function.
    struct Logistic(f64, f64);
    impl LogConcave for Logistic {
        type Place = f64;
        fn at(&self, v: f64) -> f64 {
            v - 300.0
        }
        fn log(&self, place: &f64) -> f64 {
            let softplus = place.max(0.0) + (-place.abs()).exp().ln_1p();
            // Brought to about one at its top.
            self.0 * place - (self.0 + self.1) * softplus
        }
        fn steepness(&self, _: &f64) -> f64 {
            self.0 + self.1
        }
    }

    #[test]
    fn a_rise_and_a_fall_give_the_beta_function() {
        for (a, b) in [(0.2, 0.2), (1.0, 3.0), (5.0, 0.7), (2.0, 2.0)] {
            let mut sum = 0.0;
            integrate(&Logistic(a, b), 690.0, |_, weight| sum += weight);
            let exact = ln_beta(a, b).exp();
            assert!((sum / exact - 1.0).abs() < 2e-10, "{a} {b}: {sum} {exact}");
        }
    }

    #[test]
    fn no_interval_has_no_nodes() {
        for limit in [0.0, -1.0, f64::NAN] {
            integrate(&Exponential(1.0), limit, |_, _| panic!("visited"));
        }
    }
}
