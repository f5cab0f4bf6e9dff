//! Exponentials and logarithms of many numbers at once.
//!
//! Without a branch, a table or a call inside, so that the compiler lays four or eight numbers side by side where the processor
//! can; which instructions there are is asked when the program runs. Every operation is rounded by itself (no multiplication
//! melts into an addition), so all processors give the same bits, and so does a number whatever stands beside it.
//!
//! Results are within two units in the last place. Signs of nil are lost where the result is nil.

use multiversion::multiversion;

/// The number that leaves whole numbers only when it is added: 1.5 times 2^52.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// 2^52: below it, the last bits of a double are a whole number.
const WHOLE: f64 = 4_503_599_627_370_496.0;
/// What the exponent of a double is told with.
const BIAS: f64 = 1_023.0;
/// Bits of the fraction of a double.
const FRACTION_BITS: u32 = 52;
const FRACTION: u64 = (1 << FRACTION_BITS) - 1;
/// `ln 2` in two parts, of which the first times the exponent of a double is exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Bits of 1 and of the root of a half.
const ONE: u64 = 0x3ff0_0000_0000_0000;
const ROOT_OF_HALF: u64 = 0x3fe6_a09e_667f_3bcd;

/// Replaces every number by `e^x`.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub fn exp(values: &mut [f64]) {
    for value in values {
        *value = exp_of(*value);
    }
}

/// Replaces every number by `e^x - 1`, for small `x` too.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub fn exp_m1(values: &mut [f64]) {
    for value in values {
        *value = exp_m1_of(*value);
    }
}

/// Replaces every number by its natural logarithm: minus infinity for nil, NaN below.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub fn ln(values: &mut [f64]) {
    for value in values {
        *value = ln_of(*value);
    }
}

/// Replaces every number by `ln(1 + x)`, for small `x` too: minus infinity for -1, NaN below.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub fn ln_1p(values: &mut [f64]) {
    for value in values {
        *value = ln_1p_of(*value);
    }
}

#[inline(always)]
fn exp_of(x: f64) -> f64 {
    // Beyond, the result is nil or infinite.
    let (n, r) = reduced(x.clamp(-746.0, 710.0));
    // In two steps, as the power alone may be out of range where the result is not.
    let half = rounded(0.5 * n);
    (1.0 + exp_m1_of_small(r)) * power_of_two(half) * power_of_two(n - half)
}

#[inline(always)]
fn exp_m1_of(x: f64) -> f64 {
    // Below, the result is -1.
    let (n, r) = reduced(x.clamp(-40.0, 710.0));
    let half_power = power_of_two(n - 1.0);
    2.0 * (half_power * exp_m1_of_small(r) + (half_power - 0.5))
}

/// Returns `n` and `r` with `x = n ln 2 + r`, `n` whole and `r` within half of `ln 2`.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64) {
    let n = rounded(x * std::f64::consts::LOG2_E);
    (n, (x - n * LN_2_HIGH) - n * LN_2_LOW)
}

/// Returns the nearest whole number, for numbers below 2^51.
#[inline(always)]
fn rounded(x: f64) -> f64 {
    (x + ROUNDER) - ROUNDER
}

/// Returns `2^n` for a whole `n` from -1022 to 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + (WHOLE + BIAS)).to_bits() << FRACTION_BITS)
}

/// Returns `e^r - 1` within half of `ln 2`, by a polynomial that is within 2^-60 of it.
#[inline(always)]
fn exp_m1_of_small(r: f64) -> f64 {
    const C: [f64; 11] = [
        0.5,
        0.166_666_666_666_666_7,
        0.041_666_666_666_666_67,
        0.008_333_333_333_326_112,
        0.001_388_888_888_888_373,
        0.000_198_412_698_749_012_6,
        2.480_158_732_560_532_4e-5,
        2.755_725_529_796_964_3e-6,
        2.755_727_357_010_214e-7,
        2.510_525_953_844_849_4e-8,
        2.091_471_734_171_637_8e-9,
    ];
    let high = C[5] + r * (C[6] + r * (C[7] + r * (C[8] + r * (C[9] + r * C[10]))));
    let all = C[0] + r * (C[1] + r * (C[2] + r * (C[3] + r * (C[4] + r * high))));
    r + r * r * all
}

#[inline(always)]
fn ln_of(x: f64) -> f64 {
    const TWO_TO_54: f64 = 18_014_398_509_481_984.0;
    let is_subnormal = x < f64::MIN_POSITIVE;
    let normal = if is_subnormal { x * TWO_TO_54 } else { x };
    let shift = if is_subnormal { 54.0 } else { 0.0 };
    let (exponent, mantissa) = split(normal);
    let k = whole(exponent) - (BIAS + shift);
    in_domain(x, ln_of_product(k, mantissa - 1.0))
}

#[inline(always)]
fn ln_1p_of(x: f64) -> f64 {
    let sum = 1.0 + x;
    // What the rounding of the sum left of `x`.
    let rest = x - (sum - 1.0);
    let (exponent, mantissa) = split(sum);
    // Of the largest numbers it is nil, as is what their rounding left.
    let inverse_power = f64::from_bits(2_046_u64.saturating_sub(exponent) << FRACTION_BITS);
    let f = (mantissa - 1.0) + rest * inverse_power;
    in_domain(sum, ln_of_product(whole(exponent) - BIAS, f))
}

/// Returns the biased exponent and the mantissa, which is between the roots of a half and of two.
#[inline(always)]
fn split(x: f64) -> (u64, f64) {
    let bits = x.to_bits().wrapping_add(ONE - ROOT_OF_HALF);
    let mantissa = (bits & FRACTION).wrapping_add(ROOT_OF_HALF);
    (bits >> FRACTION_BITS, f64::from_bits(mantissa))
}

/// Returns a whole number below 2^52 as a double.
#[inline(always)]
fn whole(n: u64) -> f64 {
    f64::from_bits(n | WHOLE.to_bits()) - WHOLE
}

/// Returns `k ln 2 + ln(1 + f)`, `1 + f` between the roots of a half and of two.
///
/// With `s = f / (2 + f)` the logarithm is `2 atanh(s)`, of which `f` is taken off before anything is rounded.
#[inline(always)]
fn ln_of_product(k: f64, f: f64) -> f64 {
    const C: [f64; 7] = [
        0.666_666_666_666_667,
        0.399_999_999_998_988_9,
        0.285_714_286_262_539_1,
        0.222_222_110_893_681_24,
        0.181_828_924_333_645_64,
        0.153_316_116_945_700_85,
        0.146_178_074_928_038_47,
    ];
    let s = f / (2.0 + f);
    let z = s * s;
    let high = C[3] + z * (C[4] + z * (C[5] + z * C[6]));
    let series = z * (C[0] + z * (C[1] + z * (C[2] + z * high)));
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + series) + k * LN_2_LOW)) - f)
}

/// Returns the logarithm of `x`, or what stands in its place where there is none.
#[inline(always)]
fn in_domain(x: f64, log: f64) -> f64 {
    let of_positive = if x < f64::INFINITY { log } else { x };
    let of_others = if x == 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::NAN
    };
    if x > 0.0 { of_positive } else { of_others }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Function = (&'static str, fn(&mut [f64]), fn(f64) -> f64);

    const FUNCTIONS: [Function; 4] = [
        ("exp", exp, f64::exp),
        ("exp_m1", exp_m1, f64::exp_m1),
        ("ln", ln, f64::ln),
        ("ln_1p", ln_1p, f64::ln_1p),
    ];

    /// Two units of ours and one of the library's.
    fn is_close(found: f64, exact: f64) -> bool {
        found == exact
            || found.is_nan() && exact.is_nan()
            || (found - exact).abs() <= 3.0 * f64::EPSILON * exact.abs() + 1e-323
    }

    fn check(values: &[f64]) {
        for (name, lanes, exact) in FUNCTIONS {
            let mut found = values.to_vec();
            lanes(&mut found);
            for (x, found) in values.iter().zip(found) {
                let exact = exact(*x);
                assert!(is_close(found, exact), "{name} {x:e}: {found:e} {exact:e}");
            }
        }
    }

    #[test]
    fn all_magnitudes_are_those_of_the_library() {
        let mut values = Vec::new();
        let mut x = 1e-323_f64;
        while x < 1e308 {
            values.extend([x, -x]);
            x = (x * 1.003).max(x.next_up());
        }
        check(&values);
    }

    #[test]
    fn edges_are_those_of_the_library() {
        check(&[
            0.0,
            -0.0,
            1.0,
            -1.0,
            -2.0,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::MIN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            709.78,
            709.79,
            -708.4,
            -745.13,
            -745.14,
            -36.7,
            -37.5,
            1.0 - f64::EPSILON,
            1.0 + f64::EPSILON,
            f64::EPSILON - 1.0,
        ]);
    }

    #[test]
    fn a_number_gives_the_same_bits_whatever_stands_beside_it() {
        let values: Vec<f64> = (0..67_u32).map(|i| 0.37 * f64::from(i) - 0.9).collect();
        for (name, lanes, _) in FUNCTIONS {
            let mut together = values.clone();
            lanes(&mut together);
            for (x, found) in values.iter().zip(together) {
                let mut alone = [*x];
                lanes(&mut alone);
                assert_eq!(alone[0].to_bits(), found.to_bits(), "{name} {x}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_those_of_the_library(values in proptest::collection::vec(any::<f64>(), 0..40)) {
            check(&values);
        }

        #[test]
        fn numbers_about_one_are_those_of_the_library(values in proptest::collection::vec(-3.0_f64..3.0, 0..40)) {
            check(&values);
        }
    }
}
