//! Places for the nodes of a network: forces draw what is linked together (Fruchterman and Reingold 1991), then each node gets
//! room of its own.
//!
//! Nothing here is random: nodes begin on a spiral in their order, so the same network always lies the same way.

use super::frame::Area;

/// Two nodes and the strength of their link, above nil.
pub(super) type Link = (usize, usize, f64);

/// Rounds of forces.
const ROUNDS: usize = 300;
/// Pull towards the middle, so that parts without a link do not drift apart.
const GRAVITY: f64 = 0.35;
/// Longest step of the first round, in distances at which push and pull are even.
const FIRST_STEP: f64 = 2.0;
/// Angle between neighbours of a spiral that fills a disc evenly.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;
/// Distance between two spots at which room is looked for, in drawing units.
const GRID: f64 = 12.0;

/// Room that a node takes around its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// To its left and to its right.
    pub(super) half_width: f64,
    /// Over it.
    pub(super) above: f64,
    /// Below it.
    pub(super) below: f64,
}

/// Lays out nodes; each coordinate lies in 0..1 and reaches both ends where the nodes differ in it.
///
/// Takes the square of `count` for each round: callers cap it.
pub(super) fn layout(count: usize, links: &[Link]) -> Vec<(f64, f64)> {
    let mut places: Vec<(f64, f64)> = (0..count)
        .map(|node| {
            let radius = (node as f64 + 0.5).sqrt();
            let angle = GOLDEN_ANGLE * node as f64;
            (radius * libm::cos(angle), radius * libm::sin(angle))
        })
        .collect();
    for round in 0..ROUNDS {
        let longest = FIRST_STEP * (ROUNDS - round) as f64 / ROUNDS as f64;
        let forces = forces(&places, links);
        for (place, force) in places.iter_mut().zip(forces) {
            let strength = (force.0 * force.0 + force.1 * force.1).sqrt();
            if strength > 0.0 && strength.is_finite() {
                let step = strength.min(longest) / strength;
                place.0 += force.0 * step;
                place.1 += force.1 * step;
            }
        }
    }
    let (across, down): (Vec<f64>, Vec<f64>) = places.into_iter().unzip();
    fitted(&across).into_iter().zip(fitted(&down)).collect()
}

/// Every two nodes push each other away by the inverse of their distance; linked ones pull by its square.
fn forces(places: &[(f64, f64)], links: &[Link]) -> Vec<(f64, f64)> {
    let mut forces: Vec<(f64, f64)> = places
        .iter()
        .map(|place| (-GRAVITY * place.0, -GRAVITY * place.1))
        .collect();
    let between = |left: usize, right: usize| {
        let (x, y) = (
            places[right].0 - places[left].0,
            places[right].1 - places[left].1,
        );
        (x, y, (x * x + y * y).max(1e-6))
    };
    let mut pull = |left: usize, right: usize, x: f64, y: f64| {
        forces[left].0 += x;
        forces[left].1 += y;
        forces[right].0 -= x;
        forces[right].1 -= y;
    };
    for left in 0..places.len() {
        for right in left + 1..places.len() {
            let (x, y, square) = between(left, right);
            pull(left, right, -x / square, -y / square);
        }
    }
    for (left, right, strength) in links {
        let is_link = left != right && *left < places.len() && *right < places.len();
        if is_link && strength.is_finite() {
            let (x, y, square) = between(*left, *right);
            let strength = strength * square.sqrt();
            pull(*left, *right, x * strength, y * strength);
        }
    }
    forces
}

/// Stretches values to 0..1, half by their size and half by their rank, so that a few far ones do not press all others together;
/// equal ones lie in the middle.
fn fitted(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = high - low;
    if values.len() < 2 || range.is_nan() || range <= 1e-9 {
        return vec![0.5; values.len()];
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let last = (values.len() - 1) as f64;
    let mut fitted: Vec<f64> = values
        .iter()
        .map(|value| (value - low) / range / 2.0)
        .collect();
    for (rank, place) in order.into_iter().enumerate() {
        fitted[place] += rank as f64 / last / 2.0;
    }
    fitted
}

/// Gives each node the free spot of the area that is nearest to its place, so that no room overlaps another.
///
/// The first choose first. `None` where no spot is left, or the area is smaller than the room.
pub(super) fn spread(
    wanted: &[(f64, f64)],
    rooms: &[Room],
    area: &Area,
) -> Vec<Option<(f64, f64)>> {
    let offsets = offsets(area);
    let mut taken: Vec<(f64, f64, f64, f64)> = Vec::with_capacity(wanted.len());
    // Where one found no spot, one that needs as much need not look.
    let mut too_large: Vec<Room> = Vec::new();
    wanted
        .iter()
        .zip(rooms)
        .map(|(place, room)| {
            let (left, right) = (area.left + room.half_width, area.right - room.half_width);
            let (top, bottom) = (area.top + room.above, area.bottom - room.below);
            let is_too_large = too_large.iter().any(|other| {
                other.half_width <= room.half_width
                    && other.above <= room.above
                    && other.below <= room.below
            });
            if is_too_large || left > right || top > bottom {
                return None;
            }
            let at = |share: f64, from: f64, to: f64| {
                let share = if share.is_finite() { share } else { 0.5 };
                from + share.clamp(0.0, 1.0) * (to - from)
            };
            let (x, y) = (at(place.0, left, right), at(place.1, top, bottom));
            let spot = offsets.iter().find_map(|(dx, dy)| {
                let (x, y) = (x + dx, y + dy);
                let is_inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
                let around = (
                    x - room.half_width,
                    y - room.above,
                    x + room.half_width,
                    y + room.below,
                );
                let is_free = is_inside && taken.iter().all(|other| is_apart(around, *other));
                is_free.then_some((x, y, around))
            });
            match spot {
                Some((x, y, around)) => {
                    taken.push(around);
                    Some((x, y))
                }
                None => {
                    too_large.push(*room);
                    None
                }
            }
        })
        .collect()
}

fn is_apart(a: (f64, f64, f64, f64), b: (f64, f64, f64, f64)) -> bool {
    a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1
}

/// Steps from a place over the whole area, the shortest first.
fn offsets(area: &Area) -> Vec<(f64, f64)> {
    let steps = |length: f64| (length / GRID).ceil().clamp(0.0, 400.0) as i32;
    let (across, down) = (steps(area.right - area.left), steps(area.bottom - area.top));
    let mut offsets: Vec<(i32, i32)> = (-down..=down)
        .flat_map(|y| (-across..=across).map(move |x| (x, y)))
        .collect();
    offsets.sort_unstable_by_key(|(x, y)| (x * x + y * y, *y, *x));
    offsets
        .into_iter()
        .map(|(x, y)| (f64::from(x) * GRID, f64::from(y) * GRID))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AREA: Area = Area {
        left: 100.0,
        top: 50.0,
        right: 900.0,
        bottom: 550.0,
    };

    fn distance(places: &[(f64, f64)], left: usize, right: usize) -> f64 {
        let (x, y) = (
            places[left].0 - places[right].0,
            places[left].1 - places[right].1,
        );
        (x * x + y * y).sqrt()
    }

    #[test]
    fn two_groups_lie_apart_and_their_members_together() {
        let mut links = Vec::new();
        for group in [0, 6] {
            for left in group..group + 6 {
                for right in left + 1..group + 6 {
                    links.push((left, right, 1.0));
                }
            }
        }
        links.push((0, 6, 1.0));
        let places = layout(12, &links);
        let within = distance(&places, 2, 4).max(distance(&places, 8, 10));
        let across = distance(&places, 2, 8).min(distance(&places, 4, 10));
        assert!(within < across, "{within} {across}");
    }

    #[test]
    fn odd_networks_have_places_too() {
        assert!(layout(0, &[]).is_empty());
        assert_eq!(layout(1, &[(0, 0, 1.0)]), [(0.5, 0.5)]);
        for place in layout(3, &[(0, 9, 1.0), (0, 1, f64::NAN), (1, 2, f64::INFINITY)]) {
            assert!((0.0..=1.0).contains(&place.0) && (0.0..=1.0).contains(&place.1));
        }
    }

    #[test]
    fn the_same_network_lies_the_same_way() {
        let links = [(0, 1, 0.5), (1, 2, 0.25), (3, 4, 1.0)];
        assert_eq!(layout(6, &links), layout(6, &links));
    }

    #[test]
    fn a_room_larger_than_the_area_has_no_spot_and_a_full_area_none_left() {
        let room = |half_width| Room {
            half_width,
            above: 250.0,
            below: 250.0,
        };
        let spots = spread(
            &[(0.5, 0.5), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)],
            &[room(401.0), room(200.0), room(180.0), room(180.0)],
            &AREA,
        );
        assert_eq!(spots[0], None);
        assert_eq!(spots[1], Some((500.0, 300.0)));
        assert_eq!(spots[2..], [None, None]);
    }

    proptest! {
        #[test]
        fn no_room_overlaps_another_or_leaves_the_area(
            nodes in proptest::collection::vec((0.0f64..1.0, 0.0f64..1.0, 5.0f64..60.0, 5.0f64..30.0), 1..40),
        ) {
            let wanted: Vec<(f64, f64)> = nodes.iter().map(|n| (n.0, n.1)).collect();
            let rooms: Vec<Room> = nodes
                .iter()
                .map(|n| Room { half_width: n.2, above: n.3, below: n.3 * 2.0 })
                .collect();
            let spots = spread(&wanted, &rooms, &AREA);
            let boxes: Vec<(f64, f64, f64, f64)> = spots
                .iter()
                .zip(&rooms)
                .filter_map(|(spot, room)| {
                    let (x, y) = (*spot)?;
                    Some((x - room.half_width, y - room.above, x + room.half_width, y + room.below))
                })
                .collect();
            for (i, a) in boxes.iter().enumerate() {
                prop_assert!(a.0 >= AREA.left - 1e-9 && a.2 <= AREA.right + 1e-9);
                prop_assert!(a.1 >= AREA.top - 1e-9 && a.3 <= AREA.bottom + 1e-9);
                for b in &boxes[i + 1..] {
                    prop_assert!(is_apart(*a, *b));
                }
            }
        }
    }
}
