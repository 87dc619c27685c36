/** Seconds of sound that wav2vec 2.0 hears at once; longer sounds it hears in pieces of so many. */
export const WHOLE_SECONDS = 60

/** Frames of the 3.2 s that MMGT's networks were trained on. */
export const TRAINING_FRAMES = 80
