//! Small dense symmetric matrices (two to a dozen rows), as the optimiser needs them.

/// A square matrix in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    /// Returns the zero matrix.
    pub fn zero(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    /// Returns the identity matrix.
    pub fn identity(size: usize) -> Self {
        let mut matrix = Self::zero(size);
        for i in 0..size {
            matrix.set(i, i, 1.0);
        }
        matrix
    }

    /// Returns the number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Returns the cell in row `i` and column `j`.
    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.size + j]
    }

    /// Sets the cell in row `i` and column `j`.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.size + j] = value;
    }

    /// Returns the matrix multiplied by a number.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            size: self.size,
            cells: self.cells.iter().map(|cell| cell * factor).collect(),
        }
    }

    /// Returns the product with a column.
    pub fn times(&self, column: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|i| (0..self.size).map(|j| self.get(i, j) * column[j]).sum())
            .collect()
    }

    /// Returns the matrix of the chosen rows and columns.
    pub fn minor(&self, chosen: &[usize]) -> Self {
        let mut minor = Self::zero(chosen.len());
        for (i, &row) in chosen.iter().enumerate() {
            for (j, &column) in chosen.iter().enumerate() {
                minor.set(i, j, self.get(row, column));
            }
        }
        minor
    }

    /// Returns the lower Cholesky factor, or `None` when the matrix is not positive definite.
    pub fn cholesky(&self) -> Option<Self> {
        let mut factor = Self::zero(self.size);
        for i in 0..self.size {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| factor.get(i, k) * factor.get(j, k)).sum();
                let rest = self.get(i, j) - dot;
                if i == j {
                    // Written so that NaN is refused too.
                    let definite = rest > 1e-14 * self.get(i, i).abs();
                    if !definite {
                        return None;
                    }
                    factor.set(i, i, rest.sqrt());
                } else {
                    factor.set(i, j, rest / factor.get(j, j));
                }
            }
        }
        Some(factor)
    }

    /// Solves `self * x = column` for a positive definite matrix.
    pub fn solve(&self, column: &[f64]) -> Option<Vec<f64>> {
        let factor = self.cholesky()?;
        let mut x = column.to_vec();
        for i in 0..self.size {
            let dot: f64 = (0..i).map(|k| factor.get(i, k) * x[k]).sum();
            x[i] = (x[i] - dot) / factor.get(i, i);
        }
        for i in (0..self.size).rev() {
            let dot: f64 = (i + 1..self.size).map(|k| factor.get(k, i) * x[k]).sum();
            x[i] = (x[i] - dot) / factor.get(i, i);
        }
        Some(x)
    }

    /// Returns the inverse of a positive definite matrix, exactly symmetric.
    pub fn inverse(&self) -> Option<Self> {
        let mut inverse = Self::zero(self.size);
        for j in 0..self.size {
            let mut unit = vec![0.0; self.size];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit)?.into_iter().enumerate() {
                inverse.set(i, j, value);
            }
        }
        Some(inverse.symmetrised())
    }

    /// Returns the mean of the matrix and its transpose.
    pub fn symmetrised(&self) -> Self {
        let mut mean = Self::zero(self.size);
        for i in 0..self.size {
            for j in 0..self.size {
                mean.set(i, j, 0.5 * (self.get(i, j) + self.get(j, i)));
            }
        }
        mean
    }

    /// Returns the eigenvalues of a symmetric matrix in ascending order (Jacobi rotations).
    pub fn eigenvalues(&self) -> Vec<f64> {
        let mut matrix = self.symmetrised();
        for _sweep in 0..60 {
            let mut off = 0.0;
            for i in 0..self.size {
                for j in 0..i {
                    off += matrix.get(i, j).powi(2);
                    matrix.rotate(j, i);
                }
            }
            if off == 0.0 {
                break;
            }
        }
        let mut values: Vec<f64> = (0..self.size).map(|i| matrix.get(i, i)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// Makes the cell `(p, q)` zero by one rotation; the diagonal is moved, not multiplied, which rounds less
    /// (Rutishauser 1966).
    fn rotate(&mut self, p: usize, q: usize) {
        let cell = self.get(p, q);
        if cell == 0.0 || !cell.is_finite() {
            return;
        }
        let theta = (self.get(q, q) - self.get(p, p)) / (2.0 * cell);
        let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
        let cos = 1.0 / t.hypot(1.0);
        let sin = t * cos;
        let (pp, qq) = (self.get(p, p) - t * cell, self.get(q, q) + t * cell);
        for k in 0..self.size {
            let (kp, kq) = (self.get(k, p), self.get(k, q));
            self.set(k, p, cos * kp - sin * kq);
            self.set(k, q, sin * kp + cos * kq);
        }
        for k in 0..self.size {
            let (pk, qk) = (self.get(p, k), self.get(q, k));
            self.set(p, k, cos * pk - sin * qk);
            self.set(q, k, sin * pk + cos * qk);
        }
        self.set(p, p, pp);
        self.set(q, q, qq);
        self.set(p, q, 0.0);
        self.set(q, p, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Square {
        let mut matrix = Square::zero(3);
        let cells = [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]];
        for (i, row) in cells.iter().enumerate() {
            for (j, &cell) in row.iter().enumerate() {
                matrix.set(i, j, cell);
            }
        }
        matrix
    }

    #[test]
    fn the_inverse_undoes_the_matrix_and_is_symmetric() {
        let matrix = example();
        let inverse = matrix.inverse().unwrap();
        for j in 0..3 {
            let column: Vec<f64> = (0..3).map(|i| inverse.get(i, j)).collect();
            for (i, value) in matrix.times(&column).into_iter().enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((value - expected).abs() < 1e-14);
                assert_eq!(inverse.get(i, j), inverse.get(j, i));
            }
        }
    }

    #[test]
    fn eigenvalues_keep_trace_and_determinant() {
        let values = example().eigenvalues();
        assert!((values.iter().sum::<f64>() - 9.0).abs() < 1e-12);
        assert!((values.iter().product::<f64>() - 16.25).abs() < 1e-11);
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn an_indefinite_matrix_has_no_cholesky_factor() {
        let mut matrix = Square::identity(2);
        matrix.set(0, 1, 2.0);
        matrix.set(1, 0, 2.0);
        assert!(matrix.cholesky().is_none());
        assert_eq!(matrix.eigenvalues(), [-1.0, 3.0]);
    }
}
