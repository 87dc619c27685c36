/** Pixels along an axis for one number of the latents: the VAE halves a picture three times. */
export const PIXELS_PER_LATENT = 8

/** Of the latents of a picture, whose sides are in pixels. */
export const latentSize = ({ width, height }: { width: number; height: number }) => ({
  width: width / PIXELS_PER_LATENT,
  height: height / PIXELS_PER_LATENT,
})
