/** Planes a mask may have; more would only come from a broken document. */
export const MAX_REGIONS = 32

/** The largest radius of `growPlane`, px; time grows with it for planes with soft edges. */
export const MAX_GROW = 512

/** The largest width of `featherPlane`, px. */
export const MAX_FEATHER = 512
