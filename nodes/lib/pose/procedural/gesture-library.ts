/**
 * The vocabulary of hands, as data. Places and directions are (outward, down, toward the camera); places are in
 * shoulder widths from the middle of the shoulders. Set by eye, not fitted to recorded motion. Each stroke has a part
 * across the line of sight: what goes straight toward the camera is not seen.
 */
type Place = readonly [outward: number, down: number, forward: number]

/** Bending of thumb, index, middle, ring and little finger, 0 straight … 1 closed, and how far they are spread. */
export interface HandShape {
  curl: readonly [number, number, number, number, number]
  spread: number
}

export const SHAPES = {
  rest: { curl: [0.25, 0.28, 0.35, 0.42, 0.48], spread: 0.2 },
  open: { curl: [0.05, 0.06, 0.07, 0.1, 0.12], spread: 0.9 },
  soft: { curl: [0.18, 0.16, 0.22, 0.28, 0.34], spread: 0.5 },
  point: { curl: [0.55, 0.05, 0.8, 0.88, 0.9], spread: 0.1 },
  pinch: { curl: [0.5, 0.52, 0.36, 0.3, 0.28], spread: 0.4 },
  fist: { curl: [0.6, 0.9, 0.92, 0.92, 0.9], spread: 0 },
} as const satisfies Record<string, HandShape>

export interface Gesture {
  /** Where the stroke starts. */
  from: Place
  /** Where it ends, on the accent. */
  to: Place
  shape: keyof typeof SHAPES
  /** Where the palm faces. */
  palm: Place
  /** Bend of the wrist, added to the direction of the forearm. */
  bias: Place
  /** How often it is drawn for one hand, and for both. */
  weight: { one: number; two: number }
  /** Factors on the weight: syllables of high pitch, loud syllables, the first stroke of a phrase. */
  likes?: { high?: number; loud?: number; opening?: number }
}

const gesture = (
  from: Place,
  to: Place,
  shape: keyof typeof SHAPES,
  palm: Place,
  bias: Place,
  weight: { one?: number; two?: number },
  likes: Gesture['likes'] = {},
): Gesture => ({ from, to, shape, palm, bias, weight: { one: 0, two: 0, ...weight }, likes })

export const GESTURES = {
  /** Plain emphasis. */
  beat: gesture([0.46, 0.6, 0.52], [0.52, 0.86, 0.62], 'soft', [-0.6, 0.3, 0.4], [0, -0.25, 0.1], {
    one: 0.24,
    two: 0.14,
  }),
  chop: gesture(
    [0.44, 0.52, 0.5],
    [0.5, 0.82, 0.64],
    'open',
    [-1, 0.1, 0.1],
    [0, -0.2, 0.1],
    { one: 0.13 },
    { loud: 1.8 },
  ),
  /** Palm up: hands something over. */
  offer: gesture(
    [0.4, 0.88, 0.48],
    [0.66, 0.74, 0.66],
    'open',
    [-0.1, -1, 0.25],
    [0.2, -0.1, 0.2],
    { one: 0.19 },
    { opening: 2.5 },
  ),
  present: gesture(
    [0.3, 0.66, 0.58],
    [0.8, 0.7, 0.52],
    'open',
    [-0.3, -0.7, 0.6],
    [0.35, -0.2, 0.1],
    { one: 0.12 },
    { opening: 2.5 },
  ),
  point: gesture(
    [0.42, 0.5, 0.46],
    [0.62, 0.62, 0.74],
    'point',
    [-0.6, 0.7, 0.1],
    [0, -0.15, 0.2],
    { one: 0.07 },
    { high: 1.8 },
  ),
  /** Thumb and index meet: precision. */
  pinch: gesture(
    [0.42, 0.48, 0.56],
    [0.46, 0.68, 0.66],
    'pinch',
    [-0.7, 0.2, 0.5],
    [0, -0.55, 0.1],
    { one: 0.12 },
    { high: 1.8 },
  ),
  fist: gesture(
    [0.48, 0.56, 0.5],
    [0.5, 0.82, 0.62],
    'fist',
    [-0.8, 0.5, 0.1],
    [0, -0.2, 0.1],
    { one: 0.04 },
    { loud: 1.8 },
  ),
  sweep: gesture(
    [0.12, 0.74, 0.6],
    [0.78, 0.8, 0.5],
    'soft',
    [0.1, 0.9, 0.3],
    [0.2, -0.1, 0.1],
    { one: 0.03 },
    { opening: 2.5 },
  ),
  /** Palm to the listener: a limit. */
  push: gesture(
    [0.42, 0.72, 0.4],
    [0.54, 0.52, 0.8],
    'open',
    [-0.2, 0.1, 1],
    [0, -0.6, 0.1],
    { one: 0.04 },
    { loud: 1.5 },
  ),
  /** Hand to one's own chest. */
  chest: gesture([0.42, 0.62, 0.5], [0.14, 0.5, 0.3], 'soft', [-0.3, 0, -1], [-0.3, -0.2, 0], { one: 0.02 }),
  /** Both hands hold something between them. */
  frame: gesture([0.36, 0.6, 0.62], [0.38, 0.8, 0.68], 'open', [-1, 0, 0.2], [-0.1, -0.2, 0.2], {
    two: 0.34,
  }),
  wide: gesture([0.34, 0.72, 0.62], [0.88, 0.64, 0.46], 'open', [-0.3, -0.5, 0.8], [0.3, -0.35, 0.1], {
    two: 0.24,
  }),
  gather: gesture([0.72, 0.72, 0.52], [0.32, 0.74, 0.64], 'soft', [-0.9, -0.3, 0.2], [-0.2, -0.2, 0.1], {
    two: 0.12,
  }),
  /** Palms down: calms. */
  press: gesture([0.42, 0.62, 0.56], [0.46, 0.9, 0.62], 'open', [0, 1, 0.2], [0, -0.35, 0.2], { two: 0.08 }),
  /** "Who knows?": for both hands, and after a question. */
  shrug: gesture([0.46, 0.9, 0.46], [0.78, 0.78, 0.56], 'open', [0, -1, 0.4], [0.4, -0.1, 0.1], {
    two: 0.08,
  }),
} as const satisfies Record<string, Gesture>

export type GestureKind = keyof typeof GESTURES
export const GESTURE_KINDS = Object.keys(GESTURES) as GestureKind[]
