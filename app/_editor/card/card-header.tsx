'use client'
import { type LucideIcon, Package, RefreshCw, StickyNote, Unplug } from 'lucide-react'
import { useState } from 'react'
import { saySeconds } from '../../_lib/say-time'
import { NameField } from '../../_ui/name-field'
import { StatusSign } from '../../_ui/status-sign'
import { useEditor } from '../state/editor-context'
import { CARD } from './card-size'
import { nodeIcon } from './node-icons'
import type { CardModel } from './use-card'

/** The word of a state needs this much card, and room beside the title; its sign is always there. */
const WORD_FROM = 200
/** Widths of a letter of the title and of the word, and of all that is no text, px. */
const ROOM = { title: 5.9, word: 5.8, note: 20, rest: 66 }

const hasRoom = (word: string, title: string, width: number) =>
  width >= WORD_FROM && title.length * ROOM.title + word.length * ROOM.word <= width - ROOM.rest

export function CardHeader({ card, width }: { card: CardModel; width: number }) {
  const Icon = nodeIcon(card.node.type)
  const { note } = card.node
  return (
    <header
      className="card-header flex items-center gap-2 border-line-1 border-b px-2"
      style={{ height: CARD.header }}
    >
      <Icon size={14} strokeWidth={1.75} className="flex-none text-text-2" aria-hidden />
      <CardTitle card={card} />
      {note && (
        <span className="flex-none text-text-3" title={note}>
          <StickyNote size={12} strokeWidth={1.75} aria-hidden />
          <span className="sr-only">has a note</span>
        </span>
      )}
      <CardState card={card} hasRoom={(word) => hasRoom(word, card.title, width - (note ? ROOM.note : 0))} />
    </header>
  )
}

/** Double-click renames. */
function CardTitle({ card: { id, title, node } }: { card: CardModel }) {
  const { commands } = useEditor()
  const [renaming, setRenaming] = useState(false)
  if (renaming) {
    return (
      <NameField
        name={node.title ?? title}
        label={`Title of ${title}`}
        className="nodrag min-w-0 flex-1 font-title text-12"
        onDone={(text) => {
          if (text !== undefined && text !== title) commands.setTitle(id, text)
          setRenaming(false)
        }}
      />
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu and the inspector rename by keyboard
    <span
      className="min-w-0 flex-1 truncate font-title text-12 text-text-1"
      title={title}
      onDoubleClick={(event) => {
        event.stopPropagation()
        setRenaming(true)
      }}
    >
      {title}
    </span>
  )
}

function CardState({ card, hasRoom }: { card: CardModel; hasRoom(word: string): boolean }) {
  const { node, definition, run } = card
  const word = (text: string) => (hasRoom(text) ? text : undefined)
  if (!definition) {
    return <Warning icon={Unplug} word="missing" withWord={hasRoom('missing')} />
  }
  if (node.mode === 'mute') return <StatusSign status="muted" text={word('muted')} />
  if (node.mode === 'bypass') return <StatusSign status="bypassed" text={word('bypassed')} />
  switch (run.state) {
    case 'waiting':
      return <StatusSign status="queued" text={word('queued')} />
    case 'asking':
      return <StatusSign status="waiting" text={word('waiting for you')} />
    case 'running':
      return <StatusSign status="running" fraction={run.fraction} />
    case 'done':
      return (
        <StatusSign status="done" text={word(run.seconds === undefined ? 'done' : saySeconds(run.seconds))} />
      )
    case 'cached':
      return <StatusSign status="cached" text={word('cached')} />
    case 'failed':
      return <StatusSign status="failed" text={word('failed')} />
    default:
      if (run.problem?.code === 'pack/missing')
        return <Warning icon={Package} word="pack" withWord={hasRoom('pack')} />
      if (!run.stale || !run.willRun) return null
      return (
        <span className="flex flex-none items-center gap-1 text-11 text-text-3">
          <RefreshCw size={13} strokeWidth={1.75} aria-hidden />
          {hasRoom('stale') ? 'stale' : <span className="sr-only">stale</span>}
        </span>
      )
  }
}

function Warning({ icon: Icon, word, withWord }: { icon: LucideIcon; word: string; withWord: boolean }) {
  return (
    <span className="flex flex-none items-center gap-1 text-11 text-warn">
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      {withWord ? word : <span className="sr-only">{word}</span>}
    </span>
  )
}
