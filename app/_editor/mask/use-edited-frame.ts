'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import { chunkRange, FRAMES_PER_CHUNK } from '../../../nodes/core/values'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import type { MaskReader } from '../../_lib/values/frame-reader'
import type { MaskAnswer, MaskQuestion } from './mask-messages'
import type { MaskLook } from './paint-masks'

export interface EditedFrame {
  regions: readonly string[]
  coverage: Readonly<Record<string, number>>
  picture?: ImageData
  thumbnails: Readonly<Record<string, ImageData>>
  error?: ErrorJson
}

export interface EditedFrameReader extends EditedFrame {
  /** Reads the frame once more, after a failure. */
  again(): void
}

/** One frame of the mask with its layers applied, computed beside the page; while it is, the one before stays. */
export function useEditedFrame(
  input: MaskReader | undefined,
  layers: readonly MaskLayer[],
  frame: number,
  view: { chosen: string; hidden: readonly string[]; look: MaskLook },
): EditedFrameReader {
  const [shown, setShown] = useState<EditedFrame>({
    regions: input?.regions ?? [],
    coverage: {},
    thumbnails: {},
  })
  const [attempt, setAttempt] = useState(0)
  const again = useCallback(() => {
    setShown(({ error: _, ...before }) => before)
    setAttempt((count) => count + 1)
  }, [])
  const worker = useRef<Worker | null>(null)
  const asked = useRef(0)
  const busy = useRef(false)
  const waiting = useRef<(() => void) | null>(null)
  const { chosen, hidden, look } = view
  const hiddenKey = hidden.join('\n')

  useEffect(() => {
    const made = new Worker(new URL('./mask-worker.ts', import.meta.url), { type: 'module' })
    worker.current = made
    made.onmessage = ({ data }: MessageEvent<MaskAnswer>) => {
      busy.current = false
      if (data.error) setShown((before) => ({ ...before, error: data.error }))
      else {
        const { regions = [], coverage = {}, thumbnails = {}, picture } = data
        setShown({ regions, coverage, thumbnails, picture })
      }
      waiting.current?.()
    }
    made.onerror = ({ message }) => {
      busy.current = false
      const error: ErrorJson = {
        code: 'worker/failed',
        message: `The masks cannot be shown: ${message || 'a worker could not be started'}.`,
      }
      setShown((before) => ({ ...before, error }))
    }
    return () => {
      made.terminate()
      worker.current = null
    }
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
  useEffect(() => {
    if (!input) return
    const id = ++asked.current
    const ask = async () => {
      const at = Math.max(0, Math.min(input.frames - 1, frame))
      const index = Math.floor(at / FRAMES_PER_CHUNK)
      const size = input.width * input.height
      const from = (at - chunkRange(index, input.frames).start) * size
      const planes = Object.fromEntries(
        await Promise.all(
          input.regions.map(
            async (region) => [region, (await input.chunk(region, index)).slice(from, from + size)] as const,
          ),
        ),
      )
      if (id !== asked.current || !worker.current) return // the mouse has moved on
      busy.current = true
      const question: MaskQuestion = {
        id,
        layers,
        regions: input.regions,
        width: input.width,
        height: input.height,
        frame: at,
        planes,
        chosen,
        hidden: hiddenKey ? hiddenKey.split('\n') : [],
        look,
      }
      worker.current.postMessage(question)
    }
    const start = () => {
      waiting.current = null
      ask().catch((error: Error) =>
        setShown((before) => ({ ...before, error: { code: 'internal', message: error.message } })),
      )
    }
    // One at a time: of those that pile up meanwhile only the last is asked.
    if (busy.current) waiting.current = start
    else start()
  }, [input, layers, frame, chosen, hiddenKey, look, attempt])

  return { ...shown, again }
}
