/** A picture that has not changed for this long stands still. */
const STILL_AFTER_MS = 250

/**
 * Shows an image in place of a canvas while the canvas does not change. Each canvas in sight is a layer that the page
 * composes anew whenever anything moves, and so is what lies over it; images are part of the layer they lie in.
 */
export function stillPicture(canvas: HTMLCanvasElement, image: HTMLImageElement) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let shown = ''
  /** Counts what was painted: an image of something older is not shown. */
  let painted = 0

  const show = (still: boolean) => {
    canvas.style.display = still ? 'none' : 'block'
    image.style.display = still ? 'block' : 'none'
  }
  const replace = (url: string) => {
    if (shown) URL.revokeObjectURL(shown)
    shown = url
  }
  async function freeze(): Promise<void> {
    const of = painted
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
    if (!blob || of !== painted) return
    replace(URL.createObjectURL(blob))
    image.src = shown
    await image.decode().catch(() => {}) // replaced meanwhile, or gone from the page
    if (of === painted && image.naturalWidth > 0) show(true)
  }
  return {
    /** The canvas was painted. */
    moved(): void {
      painted++
      show(false)
      clearTimeout(timer)
      timer = setTimeout(freeze, STILL_AFTER_MS)
    },
    end(): void {
      painted++
      clearTimeout(timer)
      show(false)
      image.removeAttribute('src')
      replace('')
    },
  }
}
