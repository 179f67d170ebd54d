"""Golden data for linear algebra. See opcases.py. Vectors whose sign is open are compared by what they are made for."""

import numpy as np
from opcases import Cases, integers, normal, positive_definite
from keras import ops

cases = Cases("linalg")
case = cases.case
t = lambda x: ops.swapaxes(x, -1, -2)

case("cholesky", ops.cholesky, positive_definite(n=4))
case("cholesky_one", ops.cholesky, positive_definite(n=1))
case("cholesky_batch_upper", lambda x: ops.cholesky(x, upper=True), positive_definite(2, 3, n=3))
case("cholesky_asymmetric", ops.cholesky, np.array([[4, 1], [0.5, 3]], "float32"))
case("cholesky_inverse", ops.cholesky_inverse, lambda rng: np.linalg.cholesky(positive_definite(n=3)(rng)).astype("float32"))
case("cholesky_inverse_upper", lambda x: ops.cholesky_inverse(x, upper=True),
     lambda rng: np.linalg.cholesky(positive_definite(n=3)(rng)).T.astype("float32"))
case("inv", ops.inv, normal(4, 4))
case("inv_batch", ops.inv, normal(2, 3, 3))
case("inv_int", ops.inv, np.array([[2, 1], [1, 3]], "int32"))
case("det", ops.det, normal(4, 4))
case("det_batch", ops.det, normal(2, 3, 3))
case("det_singular", ops.det, np.array([[1, 2], [2, 4]], "float32"))
case("det_one", ops.det, np.array([[-3]], "float32"))
case("slogdet", lambda x: list(ops.slogdet(x)), normal(3, 4, 4))
case("logdet", ops.logdet, positive_definite(2, n=3))
case("lu_factor", lambda x: list(ops.lu_factor(x)), normal(4, 4))
case("lu_factor_batch", lambda x: list(ops.lu_factor(x)), normal(2, 3, 3))
case("solve", ops.solve, normal(3, 3), normal(3, 2))
case("solve_vector", ops.solve, normal(3, 3), normal(3))
case("solve_batch", ops.solve, normal(2, 3, 3), normal(2, 3, 4))
for lower in [False, True]:
    case(f"solve_triangular_{lower}", lambda a, b: ops.solve_triangular(a, b, lower=lower), positive_definite(n=4), normal(4, 2))
case("solve_triangular_batch", lambda a, b: ops.solve_triangular(a, b, lower=True), positive_definite(2, n=3), normal(2, 3, 2))
for m, n in [(4, 4), (5, 3), (3, 5), (1, 1)]:
    case(f"qr_{m}_{n}", lambda x: list(ops.qr(x)), normal(m, n))
    case(f"qr_complete_{m}_{n}", lambda x: list(ops.qr(x, mode="complete")), normal(m, n))
case("qr_batch", lambda x: list(ops.qr(x)), normal(2, 4, 2))
for m, n in [(4, 4), (5, 3), (3, 5), (1, 3)]:
    case(f"svd_values_{m}_{n}", lambda x: ops.svd(x, compute_uv=False), normal(m, n))


def restored(x, full):
    u, s, v = ops.svd(x, full_matrices=full)
    k = s.shape[-1]
    return [s, ops.matmul(u[..., :k] * s[..., None, :], v[..., :k, :]), ops.matmul(t(u), u), ops.matmul(v, t(v))]


for m, n in [(4, 4), (5, 3), (3, 5)]:
    case(f"svd_full_{m}_{n}", lambda x: restored(x, True), normal(m, n))
    case(f"svd_reduced_{m}_{n}", lambda x: restored(x, False), normal(m, n))
case("svd_rank_deficient", lambda x: restored(x, True), np.outer([1, 2, 3, 4], [1, -1, 2]).astype("float32"))
case("svd_batch", lambda x: restored(x, False), normal(2, 3, 4))


def eigen(x):
    w, v = ops.eigh(x)
    return [w, ops.matmul(v * w[..., None, :], t(v)), ops.matmul(t(v), v)]


case("eigh", eigen, positive_definite(n=4))
case("eigh_batch", eigen, positive_definite(2, n=3))
case("eigh_repeated", eigen, np.diag([2, 1, 2]).astype("float32"))
for m, n in [(4, 4), (5, 3), (3, 5)]:
    case(f"pinv_{m}_{n}", ops.pinv, normal(m, n))
    case(f"lstsq_{m}_{n}", ops.lstsq, normal(m, n), normal(m, 2))
case("pinv_deficient", ops.pinv, np.outer([1, 2, 3], [1, -1]).astype("float32"))
case("pinv_cutoff", lambda x: ops.pinv(x, rcond=0.5), normal(4, 3))
case("lstsq_vector", ops.lstsq, normal(5, 3), normal(5))
case("matrix_rank", ops.matrix_rank, normal(2, 4, 3))
case("matrix_rank_deficient", ops.matrix_rank, np.outer([1, 2, 3, 4], [1, -1, 2]).astype("float32"))
case("matrix_rank_tol", lambda x: ops.matrix_rank(x, tol=1.5), normal(4, 4))
for order in [2, -2, "nuc"]:
    case(f"norm_matrix_{order}", lambda x: ops.norm(x, ord=order, axis=(0, 2)), normal(3, 2, 4))
    case(f"norm_matrix_{order}_keep", lambda x: ops.norm(x, ord=order, axis=(-2, -1), keepdims=True), normal(2, 3, 3))

cases.save()
