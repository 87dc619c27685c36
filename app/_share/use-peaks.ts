'use client'
import { useEffect, useState } from 'react'
import { loudest, waveformPeaks } from '../_editor/stages/waveform'

/** Files longer than this are not decoded only to draw their loudness. */
const LARGEST_BYTES = 64e6

/** Loudness of a file's sound in `columns` pieces, 0…1; null while it is not known and for files without sound. */
export function usePeaks(url: string, bytes: number, columns: number): Float32Array | null {
  const [peaks, setPeaks] = useState<Float32Array | null>(null)
  useEffect(() => {
    if (bytes > LARGEST_BYTES) return
    const abort = new AbortController()
    const read = async () => {
      const response = await fetch(url, { signal: abort.signal })
      if (!response.ok) return
      // Any rate will do: nobody hears it.
      const decoder = new OfflineAudioContext(1, 1, 16_000)
      const sound = await decoder.decodeAudioData(await response.arrayBuffer())
      const channels = Array.from({ length: sound.numberOfChannels }, (_, at) => sound.getChannelData(at))
      const found = waveformPeaks({ channels, sampleRate: sound.sampleRate }, columns, 0, sound.duration)
      const most = loudest(found)
      if (!abort.signal.aborted) setPeaks(found.map((peak) => peak / most))
    }
    // A file without sound cannot be decoded; the line then stands without its waveform.
    read().catch(() => {})
    return () => abort.abort()
  }, [url, bytes, columns])
  return peaks
}
