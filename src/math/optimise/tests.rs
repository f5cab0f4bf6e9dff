use super::*;

/// Rosenbrock's valley, turned upside down.
pub(super) struct Valley;
impl Objective for Valley {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let (x, y) = (point[0], point[1]);
        gradient[0] = 2.0 * (1.0 - x) + 400.0 * x * (y - x * x);
        gradient[1] = -200.0 * (y - x * x);
        -(1.0 - x).powi(2) - 100.0 * (y - x * x).powi(2)
    }
}

/// A slope without a top.
struct Slope;
impl Objective for Slope {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        gradient[0] = 1.0;
        gradient[1] = -2.0 * (point[1] - 0.5);
        point[0] - (point[1] - 0.5).powi(2)
    }
}

/// Lies about its gradient.
struct Liar;
impl Objective for Liar {
    fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
        gradient[0] = 1.0;
        -point[0].powi(2)
    }
}

#[test]
fn the_valley_is_followed_to_its_end() {
    let found = maximise(
        &Valley,
        &[vec![-1.2, 1.0], vec![4.0, -4.0]],
        &Search::default(),
    )
    .unwrap();
    assert!((found.point[0] - 1.0).abs() < 1e-9 && (found.point[1] - 1.0).abs() < 1e-9);
    assert!((found.hessian.get(0, 0) + 802.0).abs() < 1e-3);
    assert_eq!(found.hessian.get(0, 1), found.hessian.get(1, 0));
    assert_eq!(found.on_edge, [false, false]);
}

#[test]
fn what_a_climb_learnt_shortens_the_next() {
    struct Bowl(f64);
    impl Objective for Bowl {
        fn evaluate(&self, point: &[f64], gradient: &mut [f64]) -> f64 {
            let (x, y) = (point[0] - self.0, point[1] + self.0);
            let (steep, cross) = (300.0, 9.0);
            gradient[0] = -2.0 * steep * x - cross * y - 4.0 * x.powi(3);
            gradient[1] = -2.0 * y - cross * x;
            -steep * x * x - cross * x * y - y * y - x.powi(4)
        }
    }
    let search = Search {
        climbed: 1e-6,
        ..Search::default()
    };
    let first = ends(&Bowl(0.0), &[Start::new(vec![3.0, 2.0])], &search);
    assert_eq!(
        (first.len(), first[0].on_edge.as_slice()),
        (1, &[false, false][..])
    );
    assert!(first[0].value.abs() < 1e-9 && first[0].curvature.cholesky().is_some());
    let iterations = |curvature| {
        let point = first[0].point.clone();
        let start = Start { point, curvature };
        let found = maximise_from(&Bowl(0.01), &[start], &search).unwrap();
        assert!((found.point[0] - 0.01).abs() < 1e-6, "{:?}", found.point);
        found.iterations
    };
    let (with, without) = (
        iterations(Some(first[0].curvature.clone())),
        iterations(None),
    );
    assert!(with < without, "{with} {without}");
}

#[test]
fn a_slope_without_a_top_ends_on_the_edge() {
    let search = Search::default();
    let found = maximise(&Slope, &[vec![0.0, 0.0]], &search).unwrap();
    assert_eq!(found.point[0], search.upper);
    assert!((found.point[1] - 0.5).abs() < 1e-9);
    assert_eq!(found.on_edge, [true, false]);
}

#[test]
fn a_gradient_that_never_vanishes_is_refused() {
    let refused = maximise(&Liar, &[vec![1.0]], &Search::default());
    assert!(matches!(refused, Err(MathError::NotConverged { .. })));
    let nowhere = maximise(&Valley, &[], &Search::default());
    assert!(matches!(nowhere, Err(MathError::NotConverged { .. })));
}
