/** The smallest normal 32-bit float: what the reference adds to, or compares with, divisors that may be 0. */
export const SMALLEST_FLOAT = 1.1754943508222875e-38
