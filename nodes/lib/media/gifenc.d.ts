declare module 'gifenc' {
  type Palette = [r: number, g: number, b: number][]

  interface Encoder {
    writeFrame(
      indices: Uint8Array,
      width: number,
      height: number,
      options: {
        palette?: Palette
        /** Milliseconds. */
        delay?: number
        transparent?: boolean
        transparentIndex?: number
        /** 1: leave the frame in place for the next one. */
        dispose?: number
        /** 0: for ever. */
        repeat?: number
      },
    ): void
    finish(): void
    bytes(): Uint8Array
    bytesView(): Uint8Array
    stream: { reset(): void; writeByte(byte: number): void; writeBytes(bytes: Uint8Array): void }
  }

  interface Gifenc {
    GIFEncoder(options?: { initialCapacity?: number }): Encoder
    quantize(rgba: Uint8Array, colours: number, options?: { format?: 'rgb565' | 'rgb444' }): Palette
  }
  export const GIFEncoder: Gifenc['GIFEncoder']
  export const quantize: Gifenc['quantize']
  const gifenc: Gifenc
  export default gifenc
}
