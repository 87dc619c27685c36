'use client'
import { CirclePause, Pause, Play } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { IconButton } from '../../_ui/icon-button'
import { useClip } from '../dock/use-clip'
import { ReviewButtons } from '../review/review-buttons'
import { editorStages } from '../stages/editor-stages'
import { NodeStage } from '../stages/node-stage'
import { useRuns } from '../state/run-store'
import { transport, useTransport } from '../state/transport'

/** What the run asks about, to be looked at and answered. */
export function FormReview() {
  const asking = useRuns(({ run }) => run?.asking)
  return asking?.map((node) => <Question key={node} node={node} />)
}

function Question({ node }: { node: string }) {
  const title = editorStages.useTitle(node)
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const isPlaying = useTransport(({ playing }) => playing)
  const isStill = useTransport(({ frames }) => frames === 0)
  useClip()
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const watcher = new ResizeObserver(() => setWidth(element.clientWidth))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      transport.pause()
    }
  }, [])
  return (
    <section
      aria-label={`${title}: waiting for you`}
      className="overflow-hidden rounded-3 bg-card outline outline-warn -outline-offset-1"
    >
      <h2 className="flex items-center gap-2 px-3 py-2.5 font-title">
        <CirclePause size={16} strokeWidth={1.75} aria-hidden className="flex-none text-warn" />
        {title}: is this right?
      </h2>
      <div ref={box} className="bg-stage">
        {width > 0 && <NodeStage nodeId={node} width={width} />}
      </div>
      <div className="flex flex-wrap items-center gap-2 px-3 py-2.5">
        <IconButton
          icon={isPlaying ? Pause : Play}
          label={isPlaying ? 'Pause' : 'Play'}
          disabled={isStill}
          onClick={transport.toggle}
        />
        <ReviewButtons nodeId={node} />
      </div>
    </section>
  )
}
