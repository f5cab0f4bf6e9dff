//! Non-negative factors of a sparse symmetric matrix, found the same way every time.
//!
//! Start: NNDSVD (Boutsidis and Gallopoulos 2008) from the leading eigenpairs, which orthogonal iteration finds. Steps:
//! hierarchical alternating least squares (Cichocki and Phan 2009, algorithm 2), each row in turn, in numbers of 32 bits, which are
//! far finer than where the steps end. No number is drawn.

use multiversion::multiversion;

/// Most columns of a factor.
pub const RANK_LIMIT: usize = 52;
/// Rounds of orthogonal iteration.
const EIGEN_ROUNDS: usize = 40;
/// Vectors carried beyond those asked for, which makes the last of these settle.
const SPARE_VECTORS: usize = 4;
/// Rounds of least squares at most, and the relative change at which they end.
const MAX_ROUNDS: usize = 60;
const SETTLED: f64 = 1e-4;
/// Rows of a factor that are improved at once.
const SIDE_BY_SIDE: usize = 32;
/// Numbers that are added up by themselves in a sum; one sum would wait for each addition.
const LANES: usize = 4;
/// What stands for nil in a factor, so that no column dies.
const FLOOR: f32 = 1e-12;

/// A square matrix without negative cells, kept row by row without its zeros.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseMatrix {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
    /// The values again, for the steps.
    rounded: Vec<f32>,
}

impl SparseMatrix {
    /// Returns the matrix of these rows of column and value; the caller sees to it that cell (i, j) is cell (j, i).
    ///
    /// Cells beyond the matrix, and values that are not above 0 and within the range of 32 bits, are left out.
    pub fn from_rows(rows: &[Vec<(usize, f64)>]) -> Self {
        let mut matrix = Self {
            offsets: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
            rounded: Vec::new(),
        };
        for row in rows {
            for &(column, value) in row {
                let rounded = value as f32;
                let column = u32::try_from(column).ok().filter(|_| column < rows.len());
                if let Some(column) = column.filter(|_| rounded.is_finite() && rounded > 0.0) {
                    matrix.columns.push(column);
                    matrix.values.push(value);
                    matrix.rounded.push(rounded);
                }
            }
            matrix.offsets.push(matrix.columns.len());
        }
        matrix
    }

    /// Returns the number of rows.
    pub fn size(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns the matrix times each of some vectors, all in one go: the matrix is read once.
    fn times(&self, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let width = vectors.len();
        if width == 0 {
            return Vec::new();
        }
        let cells = (0..self.size()).flat_map(|row| vectors.iter().map(move |vector| vector[row]));
        let by_row: Vec<f64> = cells.collect();
        let mut sums = vec![0.0; by_row.len()];
        for (sums, range) in sums.chunks_exact_mut(width).zip(self.offsets.windows(2)) {
            let range = range[0]..range[1];
            for (&column, value) in self.columns[range.clone()].iter().zip(&self.values[range]) {
                let start = column as usize * width;
                for (sum, cell) in sums.iter_mut().zip(&by_row[start..start + width]) {
                    *sum += value * cell;
                }
            }
        }
        let vector = |place: usize| sums.iter().skip(place).step_by(width).copied().collect();
        (0..width).map(vector).collect()
    }

    /// Returns the mean over all cells, the zeros included.
    fn mean(&self) -> f64 {
        let cells = (self.size() * self.size()).max(1);
        self.values.iter().sum::<f64>() / cells as f64
    }
}

/// The eigenpairs of a symmetric matrix that are largest in size.
#[derive(Debug, Clone, PartialEq)]
pub struct Leading {
    /// Eigenvalues, the largest in size first.
    pub values: Vec<f64>,
    /// Eigenvectors of length 1, in the same order; nil beyond the rank of the matrix.
    pub vectors: Vec<Vec<f64>>,
}

/// Returns the `count` leading eigenpairs, fewer where the matrix has fewer rows.
///
/// Good to a few digits, as a start for [`factors`]; eigenvalues that are close together come with mixed vectors.
pub fn leading(matrix: &SparseMatrix, count: usize) -> Leading {
    let size = matrix.size();
    let count = count.min(size);
    let width = (count + SPARE_VECTORS).min(size);
    let mut basis: Vec<Vec<f64>> = (0..width)
        .map(|vector| (0..size).map(|row| spread(vector, row)).collect())
        .collect();
    orthonormalise(&mut basis);
    for _ in 0..EIGEN_ROUNDS {
        basis = matrix.times(&basis);
        orthonormalise(&mut basis);
    }
    let images = matrix.times(&basis);
    let small: Vec<Vec<f64>> = basis
        .iter()
        .map(|left| images.iter().map(|right| dot(left, right)).collect())
        .collect();
    let (values, turns) = jacobi(small);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|&left, &right| {
        values[right]
            .abs()
            .total_cmp(&values[left].abs())
            .then(left.cmp(&right))
    });
    order.truncate(count);
    let turned = |&place: &usize| {
        let mut vector = vec![0.0; size];
        for (old, turn) in basis.iter().zip(&turns) {
            for (cell, old) in vector.iter_mut().zip(old) {
                *cell += turn[place] * old;
            }
        }
        vector
    };
    Leading {
        values: order.iter().map(|&place| values[place]).collect(),
        vectors: order.iter().map(turned).collect(),
    }
}

/// Returns a number in -0.5..0.5 that two indices decide (the finaliser of SplitMix64).
fn spread(vector: usize, row: usize) -> f64 {
    let seed = ((vector as u64) << 32) | (row as u64 & 0xffff_ffff);
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
}

/// Returns the sum of the products, every fourth added up by itself.
#[inline(always)]
fn dot(left: &[f64], right: &[f64]) -> f64 {
    debug_assert_eq!(left.len(), right.len());
    let (lefts, left) = left.as_chunks::<LANES>();
    let (rights, right) = right.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (left, right) in lefts.iter().zip(rights) {
        add_products(&mut sums, left, right);
    }
    add_products(&mut sums, left, right);
    (sums[0] + sums[2]) + (sums[1] + sums[3])
}

#[inline(always)]
fn add_products(sums: &mut [f64], left: &[f64], right: &[f64]) {
    for (sum, (a, b)) in sums.iter_mut().zip(left.iter().zip(right)) {
        *sum += a * b;
    }
}

/// Makes vectors orthogonal and of length 1 (Gram and Schmidt, twice over); what is left of none becomes nil.
fn orthonormalise(basis: &mut [Vec<f64>]) {
    for place in 0..basis.len() {
        let (done, rest) = basis.split_at_mut(place);
        let Some(vector) = rest.first_mut() else {
            return;
        };
        let before = dot(vector, vector).sqrt();
        for _ in 0..2 {
            for other in done.iter() {
                let along = dot(vector, other);
                for (cell, other) in vector.iter_mut().zip(other) {
                    *cell -= along * other;
                }
            }
        }
        let length = dot(vector, vector).sqrt();
        let scale = match length > 1e-12 * before && length > 1e-300 {
            true => 1.0 / length,
            false => 0.0,
        };
        for cell in vector.iter_mut() {
            *cell *= scale;
        }
    }
}

/// Returns eigenvalues and, as columns of the second, eigenvectors of a small symmetric matrix (Jacobi rotations).
fn jacobi(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let mut turns: Vec<Vec<f64>> = (0..size)
        .map(|row| {
            (0..size)
                .map(|column| if row == column { 1.0 } else { 0.0 })
                .collect()
        })
        .collect();
    for _sweep in 0..60 {
        let mut off = 0.0;
        for q in 1..size {
            for p in 0..q {
                let cell = 0.5 * (matrix[p][q] + matrix[q][p]);
                off += cell * cell;
                if cell == 0.0 || !cell.is_finite() {
                    continue;
                }
                let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * cell);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cos = 1.0 / (t * t + 1.0).sqrt();
                let sin = t * cos;
                for row in &mut matrix {
                    rotate(row, p, q, cos, sin);
                }
                for row in &mut turns {
                    rotate(row, p, q, cos, sin);
                }
                let (upper, lower) = matrix.split_at_mut(q);
                for (left, right) in upper[p].iter_mut().zip(lower[0].iter_mut()) {
                    let (a, b) = (*left, *right);
                    *left = cos * a - sin * b;
                    *right = sin * a + cos * b;
                }
            }
        }
        if off < 1e-24 {
            break;
        }
    }
    let values = matrix
        .iter()
        .enumerate()
        .map(|(place, row)| row[place])
        .collect();
    (values, turns)
}

fn rotate(row: &mut [f64], p: usize, q: usize, cos: f64, sin: f64) {
    let (a, b) = (row[p], row[q]);
    row[p] = cos * a - sin * b;
    row[q] = sin * a + cos * b;
}

/// Returns a factor W of `matrix` ~ W H^T with `rank` columns, row by row; the columns of H have length 1.
///
/// W and H are near one another, as the matrix is symmetric; a row of W is how much of each part goes into that row of
/// the matrix. No cell is negative. A rank above the pairs of `leading`, or above [`RANK_LIMIT`], is cut to them.
pub fn factors(matrix: &SparseMatrix, leading: &Leading, rank: usize) -> Vec<f64> {
    let rank = rank.min(leading.values.len()).min(RANK_LIMIT);
    if rank == 0 {
        return Vec::new();
    }
    let mut left = start(matrix, leading, rank);
    let right = match rank {
        1..=4 => settle::<4>(matrix, &mut left, rank),
        5..=8 => settle::<8>(matrix, &mut left, rank),
        9..=12 => settle::<12>(matrix, &mut left, rank),
        13..=16 => settle::<16>(matrix, &mut left, rank),
        17..=20 => settle::<20>(matrix, &mut left, rank),
        21..=32 => settle::<32>(matrix, &mut left, rank),
        33..=40 => settle::<40>(matrix, &mut left, rank),
        _ => settle::<RANK_LIMIT>(matrix, &mut left, rank),
    };
    let mut lengths = vec![0.0; rank];
    for row in right.chunks_exact(rank) {
        for (length, cell) in lengths.iter_mut().zip(row) {
            *length += f64::from(cell * cell);
        }
    }
    let scaled = left.chunks_exact(rank).flat_map(|row| {
        let cells = row.iter().zip(&lengths);
        cells.map(|(cell, length)| f64::from(*cell) * f64::sqrt(*length))
    });
    scaled.collect()
}

/// NNDSVD: of each eigenvector the half, positive or negative, that is longer; zeros get a hundredth of the mean.
fn start(matrix: &SparseMatrix, leading: &Leading, rank: usize) -> Vec<f32> {
    let size = matrix.size();
    let little = (matrix.mean() * 0.01).max(f64::from(FLOOR));
    let mut factor = vec![little as f32; size * rank];
    let pairs = leading.values.iter().zip(&leading.vectors).take(rank);
    for (place, (value, vector)) in pairs.enumerate() {
        let length = |sign: f64| {
            let half = vector.iter().map(|cell| (sign * cell).max(0.0));
            half.map(|cell| cell * cell).sum::<f64>().sqrt()
        };
        let sign = if length(1.0) >= length(-1.0) {
            1.0
        } else {
            -1.0
        };
        let scale = value.abs().sqrt();
        for (row, cell) in vector.iter().enumerate() {
            // The leading vector has one sign by nature (Perron and Frobenius), but for rounding.
            let half = if place == 0 { cell.abs() } else { sign * cell };
            if scale * half > little {
                factor[row * rank + place] = (scale * half) as f32;
            }
        }
    }
    factor
}

/// Improves a factor and, from the same start, the other one in turns; returns the other.
///
/// Rows of a width that the compiler knows are several times as quick. Columns that are not asked for are nil, which
/// [`improve_rows`] leaves alone; as they stand last, they change no bit of any sum.
fn settle<const WIDTH: usize>(matrix: &SparseMatrix, left: &mut [f32], rank: usize) -> Vec<f32> {
    let widened = |row: &[f32]| -> [f32; WIDTH] {
        let mut wide = [0.0; WIDTH];
        wide[..rank].copy_from_slice(row);
        wide
    };
    let mut wide: Vec<[f32; WIDTH]> = left.chunks_exact(rank).map(widened).collect();
    let mut other = wide.clone();
    for _ in 0..MAX_ROUNDS {
        let (moved, size) = improve(matrix, &mut wide, &other);
        let (moved_too, size_too) = improve(matrix, &mut other, &wide);
        if moved + moved_too <= SETTLED * (size + size_too) {
            break;
        }
    }
    for (row, wide) in left.chunks_exact_mut(rank).zip(&wide) {
        row.copy_from_slice(&wide[..rank]);
    }
    other
        .iter()
        .flat_map(|wide| &wide[..rank])
        .copied()
        .collect()
}

/// Makes `target` the better, given the other factor; returns how far its cells moved and how large they are.
///
/// As many cells at once as the processor can take; each is rounded by itself, so that all processors give the same bits.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn improve<const WIDTH: usize>(
    matrix: &SparseMatrix,
    target: &mut [[f32; WIDTH]],
    other: &[[f32; WIDTH]],
) -> (f64, f64) {
    let gram = gram(other);
    let mut change = Change::default();
    for (chunk, rows) in target.chunks_mut(SIDE_BY_SIDE).enumerate() {
        let mut wanted = [[0.0; SIDE_BY_SIDE]; WIDTH];
        let mut cells = [[0.0; SIDE_BY_SIDE]; WIDTH];
        for (lane, row) in rows.iter().enumerate() {
            let sums = products(matrix, chunk * SIDE_BY_SIDE + lane, other);
            for place in 0..WIDTH {
                wanted[place][lane] = sums[place];
                cells[place][lane] = row[place];
            }
        }
        improve_rows(&mut cells, &wanted, &gram, &mut change);
        for (lane, row) in rows.iter_mut().enumerate() {
            for (cell, lanes) in row.iter_mut().zip(&cells) {
                *cell = lanes[lane];
            }
        }
    }
    change.total()
}

/// Returns a row of the matrix times a factor, every other cell added up by itself.
#[inline(always)]
fn products<const WIDTH: usize>(
    matrix: &SparseMatrix,
    row: usize,
    factor: &[[f32; WIDTH]],
) -> [f32; WIDTH] {
    let range = matrix.offsets[row]..matrix.offsets[row + 1];
    let (columns, last_column) = matrix.columns[range.clone()].as_chunks::<2>();
    let (values, last_value) = matrix.rounded[range].as_chunks::<2>();
    let (mut sums, mut others) = ([0.0; WIDTH], [0.0; WIDTH]);
    let add = |sums: &mut [f32; WIDTH], column: u32, value: f32| {
        for (sum, cell) in sums.iter_mut().zip(&factor[column as usize]) {
            *sum += value * cell;
        }
    };
    for (&[column, other], &[value, other_value]) in columns.iter().zip(values) {
        add(&mut sums, column, value);
        add(&mut others, other, other_value);
    }
    for (&column, &value) in last_column.iter().zip(last_value) {
        add(&mut sums, column, value);
    }
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum += other;
    }
    sums
}

/// How far cells moved and how large they are, by lane.
#[derive(Default)]
struct Change {
    moved: [f32; SIDE_BY_SIDE],
    size: [f32; SIDE_BY_SIDE],
}

impl Change {
    #[inline(always)]
    fn add(&mut self, before: &[f32; SIDE_BY_SIDE], after: &[f32; SIDE_BY_SIDE]) {
        let sums = self.moved.iter_mut().zip(&mut self.size);
        for ((moved, size), (before, after)) in sums.zip(before.iter().zip(after)) {
            *moved += (after - before).abs();
            *size += after;
        }
    }

    fn total(&self) -> (f64, f64) {
        let sum = |lanes: &[f32; SIDE_BY_SIDE]| lanes.iter().map(|lane| f64::from(*lane)).sum();
        (sum(&self.moved), sum(&self.size))
    }
}

/// Makes the cells of rows the better, and adds how far they moved and how large they are; lanes without a row stay at what stands
/// for nil.
///
/// The rows know nothing of one another and lie side by side, column after column: of one row alone, each cell would wait for
/// the one before.
#[inline(always)]
fn improve_rows<const WIDTH: usize>(
    cells: &mut [[f32; SIDE_BY_SIDE]; WIDTH],
    wanted: &[[f32; SIDE_BY_SIDE]; WIDTH],
    gram: &[[f32; WIDTH]; WIDTH],
    change: &mut Change,
) {
    for (place, (wanted, weights)) in wanted.iter().zip(gram).enumerate() {
        let own = weights[place];
        if own <= FLOOR {
            continue;
        }
        let mut sums = [0.0; SIDE_BY_SIDE];
        for (cells, weight) in cells.iter().zip(weights) {
            for (sum, cell) in sums.iter_mut().zip(cells) {
                *sum += cell * weight;
            }
        }
        let before = cells[place];
        for (lane, cell) in cells[place].iter_mut().enumerate() {
            *cell = (before[lane] + (wanted[lane] - sums[lane]) / own).max(FLOOR);
        }
        change.add(&before, &cells[place]);
    }
}

/// Returns the products of the columns with one another.
#[inline(always)]
fn gram<const WIDTH: usize>(factor: &[[f32; WIDTH]]) -> [[f32; WIDTH]; WIDTH] {
    let mut gram = [[0.0; WIDTH]; WIDTH];
    // Line by line: the sums of one line stay in registers.
    for (left, line) in gram.iter_mut().enumerate() {
        let mut sums = [0.0; WIDTH];
        for row in factor {
            let left = row[left];
            for (sum, right) in sums.iter_mut().zip(row) {
                *sum += left * right;
            }
        }
        *line = sums;
    }
    gram
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sparse(dense: &[Vec<f64>]) -> SparseMatrix {
        let rows: Vec<Vec<(usize, f64)>> = dense
            .iter()
            .map(|row| row.iter().copied().enumerate().collect())
            .collect();
        SparseMatrix::from_rows(&rows)
    }

    /// Two blocks of three, weakly tied.
    fn blocks() -> SparseMatrix {
        let cell = |row: usize, column: usize| if row / 3 == column / 3 { 2.0 } else { 0.1 };
        sparse(
            &(0..6)
                .map(|row| (0..6).map(|column| cell(row, column)).collect())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn eigenpairs_are_those_known() {
        // Blocks of a: eigenvalues 3a + 3b and 3a - 3b with a = 2, b = 0.1.
        let found = leading(&blocks(), 2);
        assert!((found.values[0] - 6.3).abs() < 1e-9, "{found:?}");
        assert!((found.values[1] - 5.7).abs() < 1e-9, "{found:?}");
        let even = found.vectors[0][0];
        assert!(
            found.vectors[0]
                .iter()
                .all(|cell| (cell - even).abs() < 1e-6)
        );
    }

    #[test]
    fn two_blocks_are_two_columns() {
        let matrix = blocks();
        let factor = factors(&matrix, &leading(&matrix, 4), 2);
        let part = |row: usize| factor[row * 2] > factor[row * 2 + 1];
        assert!(part(0) == part(1) && part(1) == part(2), "{factor:?}");
        assert!(part(3) == part(4) && part(0) != part(3), "{factor:?}");
    }

    #[test]
    fn the_factors_of_a_matrix_that_has_some_come_near_it() {
        // Of rank 5 and without negative cells, which five columns tell wholly.
        let (size, rank) = (60, 5);
        let part = |row: usize, place: usize| (spread(place, row) - 0.1).max(0.0);
        let cell =
            |i: usize, j: usize| (0..rank).map(|place| part(i, place) * part(j, place)).sum();
        let dense: Vec<Vec<f64>> = (0..size)
            .map(|i| (0..size).map(|j| cell(i, j)).collect())
            .collect();
        let matrix = sparse(&dense);
        let mut left = start(&matrix, &leading(&matrix, rank), rank);
        let distance = |left: &[f32], right: &[f32]| -> f64 {
            let found = |i: usize, j: usize| -> f64 {
                let pairs = left[i * rank..].iter().zip(&right[j * rank..]).take(rank);
                pairs.map(|(a, b)| f64::from(a * b)).sum()
            };
            let cells = (0..size).flat_map(|i| (0..size).map(move |j| (i, j)));
            cells
                .map(|(i, j)| (found(i, j) - dense[i][j]).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        let whole = dense
            .iter()
            .flatten()
            .map(|cell| cell * cell)
            .sum::<f64>()
            .sqrt();
        let before = distance(&left, &left) / whole;
        let right = settle::<8>(&matrix, &mut left, rank);
        let after = distance(&left, &right) / whole;
        assert!(after < 0.05 && after < before / 4.0, "{before} {after}");
    }

    #[test]
    fn nothing_and_zeros_are_no_trouble() {
        let nothing = SparseMatrix::from_rows(&[]);
        assert!(factors(&nothing, &leading(&nothing, 3), 3).is_empty());
        let zeros = sparse(&[vec![0.0; 3], vec![0.0; 3], vec![0.0; 3]]);
        let factor = factors(&zeros, &leading(&zeros, 2), 2);
        assert!(factor.len() == 6 && factor.iter().all(|cell| cell.is_finite()));
        let odd = SparseMatrix::from_rows(&[vec![(0, f64::NAN), (9, 1.0), (0, -1.0), (0, 1e300)]]);
        assert_eq!(odd.times(&[vec![1.0]]), [[0.0]]);
    }

    #[test]
    fn columns_beyond_the_rank_change_no_bit() {
        type Settle = fn(&SparseMatrix, &mut [f32], usize) -> Vec<f32>;
        let cell = |i: usize, j: usize| (spread(i.min(j), i.max(j)) - 0.1).max(0.0);
        let dense: Vec<Vec<f64>> = (0..RANK_LIMIT)
            .map(|i| (0..RANK_LIMIT).map(|j| cell(i, j)).collect())
            .collect();
        let matrix = sparse(&dense);
        let leading = leading(&matrix, RANK_LIMIT);
        let settled: [(usize, Settle, Settle); 9] = [
            (1, settle::<1>, settle::<4>),
            (5, settle::<5>, settle::<8>),
            (11, settle::<11>, settle::<12>),
            (13, settle::<13>, settle::<16>),
            (17, settle::<17>, settle::<20>),
            (21, settle::<21>, settle::<32>),
            (33, settle::<33>, settle::<40>),
            (41, settle::<41>, settle::<RANK_LIMIT>),
            (50, settle::<50>, settle::<RANK_LIMIT>),
        ];
        let bits = |cells: &[f32]| cells.iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
        for (rank, exact, padded) in settled {
            let mut left = start(&matrix, &leading, rank);
            let mut padded_left = left.clone();
            let right = exact(&matrix, &mut left, rank);
            let padded_right = padded(&matrix, &mut padded_left, rank);
            assert_eq!(bits(&padded_right), bits(&right), "{rank}");
            assert_eq!(bits(&padded_left), bits(&left), "{rank}");
        }
    }

    #[test]
    fn a_rank_above_the_limit_is_cut() {
        let rows: Vec<Vec<(usize, f64)>> = (0..=RANK_LIMIT).map(|row| vec![(row, 1.0)]).collect();
        let matrix = SparseMatrix::from_rows(&rows);
        let leading = leading(&matrix, rows.len());
        assert_eq!(leading.values.len(), RANK_LIMIT + 1);
        let factor = factors(&matrix, &leading, rows.len());
        assert_eq!(factor.len(), rows.len() * RANK_LIMIT);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn factors_come_near_the_matrix(cells in proptest::collection::vec(0.0_f64..5.0, 36)) {
            let dense: Vec<Vec<f64>> = (0..6)
                .map(|i: usize| (0..6).map(|j: usize| cells[i.min(j) * 6 + i.max(j)]).collect())
                .collect();
            let matrix = sparse(&dense);
            let leading = leading(&matrix, 6);
            let factor = factors(&matrix, &leading, 3);
            prop_assert_eq!(factor.len(), 18);
            prop_assert!(factor.iter().all(|cell| cell.is_finite() && *cell >= 0.0));
            // Trace and sum of squares of a symmetric matrix are those of its eigenvalues.
            let trace: f64 = (0..6).map(|i| dense[i][i]).sum();
            prop_assert!((leading.values.iter().sum::<f64>() - trace).abs() < 1e-6 * (1.0 + trace));
            prop_assert_eq!(&factor, &factors(&matrix, &leading, 3));
        }
    }
}
