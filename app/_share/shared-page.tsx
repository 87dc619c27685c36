'use client'
import { Check, Download, Eye, GitFork, Link2, Minus } from 'lucide-react'
import Link from 'next/link'
import { useMemo, useRef, useState } from 'react'
import type { Catalog } from '../../nodes/core/catalog'
import { ResultPlayer } from '../_editor/runs/result-player'
import { ArtifactsFrom } from '../_editor/stages/artifact-context'
import { StagesOf } from '../_editor/stages/stage-source'
import { sayDate, saySeconds } from '../_lib/say-time'
import { sharedArtifacts } from '../_lib/values/artifact-source'
import { Button, buttonClasses } from '../_ui/button'
import { Chip } from '../_ui/chip'
import { classNames } from '../_ui/class-names'
import { Logo } from '../_ui/logo'
import { Segment } from '../_ui/segment'
import { showToast } from '../_ui/toast'
import { NodeFacts } from './node-facts'
import { playedFile, type SharedFile } from './played-file'
import { SharedGraph } from './shared-graph'
import { SharedList } from './shared-list'
import { sharedStages } from './shared-stages'
import type { SharedView } from './shared-view'
import { useVideoClock } from './use-video-clock'

/** A shared workflow: its result playing, how it was made, and a fork of it. Nothing here can be changed. */
export function SharedPage({
  token,
  view,
  catalog,
  forking,
  onFork,
}: {
  token: string
  view: SharedView
  catalog: Catalog
  forking: boolean
  onFork: () => void
}) {
  const [selected, setSelected] = useState<string>()
  const [as, setAs] = useState<'graph' | 'list'>('graph')
  const artifacts = useMemo(() => sharedArtifacts(token), [token])
  const definitions = useMemo(() => new Map(catalog.nodes.map((entry) => [entry.id, entry])), [catalog])
  const definitionOf = useMemo(() => (type: string) => definitions.get(type), [definitions])
  const stages = useMemo(() => sharedStages(view, definitionOf), [view, definitionOf])
  const file = useMemo(
    () => playedFile(view, artifacts, token, (type) => definitionOf(type)?.title),
    [view, artifacts, token, definitionOf],
  )
  const count = Object.keys(view.document.nodes).length
  const assetName = (id: string) => view.assets.find((asset) => asset.id === id)?.name

  const copy = () =>
    navigator.clipboard.writeText(location.href).then(
      () => showToast({ message: 'Link copied', icon: Link2 }),
      () =>
        showToast({ message: 'The browser did not allow copying. Copy the address instead.', tone: 'warn' }),
    )

  const fork = (
    <Button kind="primary" icon={GitFork} busy={forking} onClick={onFork}>
      Fork
    </Button>
  )
  return (
    <ArtifactsFrom source={artifacts}>
      <StagesOf source={stages}>
        <div className="flex min-h-dvh flex-col bg-panel lg:h-dvh">
          <header className="flex h-11 flex-none items-center gap-3 border-b border-line-1 pr-3 pl-2">
            <Link href="/" aria-label="MMGT Studio, home" className="rounded-[7px]">
              <Logo />
            </Link>
            <h1 className="min-w-0 truncate font-title text-13">{view.name}</h1>
            <span className="truncate text-text-3 max-sm:hidden">{sayDate(view.createdAt)}</span>
            <span className="ml-auto flex flex-none items-center gap-2">
              <Chip icon={Eye}>View only</Chip>
              <span className="flex items-center gap-2 max-sm:hidden">
                <Button icon={Link2} onClick={copy}>
                  Copy link
                </Button>
                {file && <DownloadLink file={file} />}
                {fork}
              </span>
            </span>
          </header>
          <div className="flex min-h-0 flex-1 max-lg:flex-col">
            <main className="flex min-w-0 flex-1 flex-col lg:min-h-0">
              <div className="h-[56dvh] flex-none bg-[#090909] max-sm:h-[min(100vw,60dvh)] lg:h-[56%]">
                {file ? (
                  <PlayedResult file={file} />
                ) : (
                  <p className="grid h-full place-items-center text-[#c4c4c4]">
                    This link carries no result. Fork it to run it yourself.
                  </p>
                )}
              </div>
              <div className="flex h-10 flex-none items-center gap-2 border-line-1 border-y px-6 max-sm:px-4">
                <h2 className="font-title text-13">How it was made</h2>
                <span className="truncate text-text-3">
                  {count} {count === 1 ? 'node' : 'nodes'}
                  {view.run?.seconds !== undefined && `, ${saySeconds(view.run.seconds)}`}
                </span>
                <Segment
                  className="ml-auto"
                  label="Show as"
                  value={as}
                  onChange={setAs}
                  options={[
                    { value: 'graph', label: 'Graph' },
                    { value: 'list', label: 'List' },
                  ]}
                />
              </div>
              {as === 'graph' ? (
                <div className="h-[320px] flex-none lg:h-auto lg:flex-1">
                  <SharedGraph
                    document={view.document}
                    definitionOf={definitionOf}
                    selected={selected}
                    onSelect={setSelected}
                  />
                </div>
              ) : (
                <SharedList
                  document={view.document}
                  definitionOf={definitionOf}
                  assetName={assetName}
                  className="min-h-[320px] flex-1 bg-canvas lg:overflow-y-auto"
                />
              )}
            </main>
            <aside
              aria-label="About this workflow"
              className="flex-none border-line-1 max-lg:border-t max-sm:pb-20 lg:w-[352px] lg:overflow-y-auto lg:border-l"
            >
              <section className="border-b border-line-1 px-6 py-5 max-sm:px-4">
                <h2 className="mb-2 font-title text-15">
                  {selected && view.document.nodes[selected] ? nameOf(selected) : 'Make your own'}
                </h2>
                {selected && view.document.nodes[selected] ? (
                  <NodeFacts
                    nodeId={selected}
                    document={view.document}
                    definitionOf={definitionOf}
                    assetName={assetName}
                  />
                ) : (
                  <p className="text-text-2">
                    A fork is a copy of this workflow in your own library. Bring your own portrait and speech
                    and run it; nothing you change shows here. Choose a node to read its settings.
                  </p>
                )}
              </section>
              <Travels assets={view.assets} />
              {file && (
                <div className="px-6 pb-5 sm:hidden max-sm:px-4">
                  <DownloadLink file={file} touch />
                </div>
              )}
            </aside>
          </div>
          <div className="fixed inset-x-0 bottom-0 z-(--z-bar) flex gap-2 border-line-1 border-t bg-panel p-3 sm:hidden">
            <Button size="touch" icon={Link2} onClick={copy}>
              Copy link
            </Button>
            <Button
              kind="primary"
              size="touch"
              icon={GitFork}
              busy={forking}
              onClick={onFork}
              className="flex-1!"
            >
              Fork
            </Button>
          </div>
        </div>
      </StagesOf>
    </ArtifactsFrom>
  )

  function nameOf(id: string): string {
    const node = view.document.nodes[id]
    return node.title ?? definitionOf(node.type)?.title ?? node.type
  }
}

/** The result with its own transport; the pictures of the graph move with it. */
function PlayedResult({ file }: { file: SharedFile }) {
  const around = useRef<HTMLDivElement>(null)
  useVideoClock(around, file)
  return (
    <div ref={around} className="size-full">
      <ResultPlayer file={file} />
    </div>
  )
}

function DownloadLink({ file, touch }: { file: SharedFile; touch?: boolean }) {
  return (
    <a
      href={file.downloadUrl}
      download={file.name}
      className={classNames(buttonClasses('default', touch ? 'touch' : 'default'), touch && 'w-full')}
    >
      <Download size={14} strokeWidth={1.75} aria-hidden />
      {touch ? `Download ${file.kind}` : file.kind}
    </a>
  )
}

function Travels({ assets }: { assets: SharedView['assets'] }) {
  return (
    <section className="px-6 py-4 max-sm:px-4">
      <h2 className="mb-2 font-title text-12">Travels with a fork</h2>
      <ul className="grid gap-1.5">
        <li className="flex items-center gap-2">
          <Check size={14} strokeWidth={1.75} className="text-ok" aria-hidden />
          Nodes, settings and edits
        </li>
        {assets.map(({ id, name, travels }) => (
          <li key={id} className="flex items-center gap-2">
            {travels ? (
              <Check size={14} strokeWidth={1.75} className="flex-none text-ok" aria-hidden />
            ) : (
              <Minus size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
            )}
            <span className="min-w-0 truncate">{name}</span>
            <span className="ml-auto flex-none text-text-3">{travels ? 'shared' : 'bring your own'}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
