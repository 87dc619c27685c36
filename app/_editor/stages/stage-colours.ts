/** Colours on stages, which are dark in both themes: the dark values of the socket colours in tokens.css. */
export const STAGE = {
  audio: '#b2f98c',
  speech: { red: 0x6f, green: 0xc7, blue: 0xb2 },
  pose: '#be54aa',
  poseSoft: '#e3a9d8',
  quiet: '#8a8a8a',
  mark: 'rgb(255 255 255 / 0.75)',
}
