'use client'
import { Command } from 'cmdk'
import { Search, StickyNote } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { fits } from '../../../nodes/core/graph'
import type { SocketType } from '../../../nodes/core/values'
import { Kbd } from '../../_ui/kbd'
import { searchScore } from '../../_ui/search-score'
import { SocketSign } from '../../_ui/socket-sign'
import { type PaletteRequest, useCanvasView } from '../canvas/canvas-view'
import { typeFitsInto } from '../canvas/edge-under'
import { cardHeight, cardStageHeight, cardWidth, socketY } from '../card/card-size'
import { categoryTitle, nodeIcon } from '../card/node-icons'
import type { Point } from '../state/boxes'
import { type Editor, useEditor } from '../state/editor-context'

const close = () => useCanvasView.setState({ palette: undefined })

const SIZE = { width: 328, height: 420 }

interface Offer {
  entry: CatalogEntry
  /** Sockets that would connect; Tab goes through them. */
  sockets: { name: string; label: string; type: SocketType }[]
}

/** What can be added where the palette was asked for: everything, or only what fits the edge in the hand. */
function offersFor(editor: Editor, { held, edge }: PaletteRequest): Offer[] {
  const offers = editor.definitions.all().flatMap((entry) => {
    if (edge) return typeFitsInto(editor, entry.id, edge) ? [{ entry, sockets: [] }] : []
    if (!held) return [{ entry, sockets: [] }]
    const sockets = Object.entries(held.side === 'output' ? entry.inputs : entry.outputs)
      .filter(([, { type }]) => (held.side === 'output' ? fits(held.type, type) : fits(type, held.type)))
      .map(([name, { label, type }]) => ({ name, label, type: type as SocketType }))
    return sockets.length > 0 ? [{ entry, sockets }] : []
  })
  // What works on the held value itself comes before what takes it along with something else.
  const place = ({ entry, sockets }: Offer) =>
    sockets.length === 0
      ? 0
      : Object.keys(held?.side === 'output' ? entry.inputs : entry.outputs).indexOf(sockets[0].name)
  return offers.sort((a, b) => place(a) - place(b))
}

const NOTE_ID = 'canvas/note'
const NOTE = { title: 'Note', names: ['comment', 'text'], text: 'Text beside the nodes' }

/** Those that fit what was typed, best first; with nothing typed all of them, as they are. */
function ranked(offers: readonly Offer[], search: string): Offer[] {
  const scored = offers.map((offer) => {
    const { id, title, summary } = offer.entry
    return { offer, score: searchScore({ title, names: [id], text: summary }, search) }
  })
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ offer }) => offer)
}

/** Adds a node by name: at the pointer, on an edge, or at the end of a dragged edge. By keyboard alone too. */
export function NodePalette() {
  const request = useCanvasView((view) => view.palette)
  if (!request) return null
  return <OpenPalette key={`${request.at.x} ${request.at.y}`} request={request} />
}

function OpenPalette({ request }: { request: PaletteRequest }) {
  const editor = useEditor()
  const offers = useMemo(() => offersFor(editor, request), [editor, request])
  const [chosen, setChosen] = useState(offers[0]?.entry.id ?? '')
  const [search, setSearch] = useState('')
  const [turn, setTurn] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const back = document.activeElement
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) close()
    }
    window.addEventListener('pointerdown', outside, true)
    return () => {
      window.removeEventListener('pointerdown', outside, true)
      if (
        back instanceof HTMLElement &&
        (document.activeElement === document.body || !document.activeElement)
      )
        back.focus()
    }
  }, [])
  const { held, edge } = request
  const add = ({ entry, sockets }: Offer) => {
    close()
    const socket = sockets[turn % Math.max(1, sockets.length)]?.name
    const at = placeFor(request, entry, socket)
    if (edge) editor.commands.addOnEdge(edge, entry.id, at)
    else {
      const connect = held && (held.side === 'output' ? { from: held.end, socket } : { to: held.end, socket })
      editor.commands.addNode(entry.id, at, { connect })
    }
  }
  const found = useMemo(() => ranked(offers, search), [offers, search])
  const categories = [...new Set(found.map(({ entry }) => entry.category))]
  const hasNote = !held && !edge && searchScore(NOTE, search) > 0
  const left = Math.max(8, Math.min(request.at.x, innerWidth - SIZE.width - 8))
  const top = Math.max(8, Math.min(request.at.y, innerHeight - SIZE.height - 8))
  return (
    <div
      ref={box}
      role="dialog"
      aria-label="Add a node"
      className="pop-in fixed z-(--z-popover) flex flex-col overflow-hidden rounded-3 bg-raised shadow-3 outline outline-line-2 -outline-offset-1"
      style={{ left, top, width: SIZE.width, maxHeight: SIZE.height }}
    >
      <Command
        label="Add a node"
        loop
        shouldFilter={false}
        value={chosen}
        onValueChange={(value) => {
          setChosen(value)
          setTurn(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation()
            close()
          }
          if (event.key === 'Tab') {
            event.preventDefault()
            setTurn((n) => n + (event.shiftKey ? -1 : 1))
          }
        }}
        className="flex min-h-0 flex-col"
      >
        <div className="flex h-10 flex-none items-center gap-2 border-line-2 border-b px-3">
          <Search size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
          <Command.Input
            autoFocus
            value={search}
            onValueChange={(text) => {
              setSearch(text)
              setChosen(ranked(offers, text)[0]?.entry.id ?? NOTE_ID)
            }}
            placeholder={placeholderFor(offers.length, request)}
            className="focus-quiet min-w-0 flex-1 bg-transparent text-13 placeholder:text-text-3"
          />
          {held && <SocketSign type={held.type as SocketType} halo={false} label={held.type} />}
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto pb-1">
          {found.length === 0 && !hasNote && (
            <p className="px-3 py-3 text-text-3">
              {offers.length === 0 ? 'No node fits here.' : 'Nothing fits. Try fewer letters.'}
            </p>
          )}
          {categories.map((category) => (
            <Command.Group
              key={category}
              heading={categoryTitle(category)}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-title [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:text-text-3"
            >
              {found
                .filter(({ entry }) => entry.category === category)
                .map((offer) => (
                  <OfferRow
                    key={offer.entry.id}
                    offer={offer}
                    turn={chosen === offer.entry.id ? turn : 0}
                    onAdd={() => add(offer)}
                  />
                ))}
            </Command.Group>
          ))}
          {hasNote && (
            <Command.Group
              heading="Canvas"
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-title [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:text-text-3"
            >
              <Command.Item
                value={NOTE_ID}
                onSelect={() => {
                  close()
                  editor.commands.addNote(request.place)
                }}
                className={ROW}
              >
                <StickyNote size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
                <span className="min-w-0 flex-1">
                  <b className="block truncate font-strong">{NOTE.title}</b>
                  <span className="block truncate text-11 text-text-3">{NOTE.text}</span>
                </span>
              </Command.Item>
            </Command.Group>
          )}
        </Command.List>
      </Command>
      <footer className="flex h-8 flex-none items-center gap-1.5 border-line-2 border-t px-3 text-11 text-text-3">
        <Kbd keys="↑" />
        <Kbd keys="↓" /> choose
        {held && (
          <>
            <Kbd keys="Tab" className="ml-2" /> other socket
          </>
        )}
        <span className="flex-1" />
        {found.length < offers.length && `${found.length} of `}
        {offers.length} {offers.length === 1 ? 'node' : 'nodes'}
      </footer>
    </div>
  )
}

const ROW =
  'mx-1 flex h-9 cursor-default select-none items-center gap-2.5 rounded-2 px-2.5 leading-4 data-[selected=true]:bg-active'

function OfferRow({
  offer: { entry, sockets },
  turn,
  onAdd,
}: {
  offer: Offer
  turn: number
  onAdd: () => void
}) {
  const Icon = nodeIcon(entry.id)
  const socket = sockets[((turn % sockets.length) + sockets.length) % Math.max(1, sockets.length)]
  return (
    <Command.Item value={entry.id} onSelect={onAdd} className={ROW}>
      <Icon size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
      <span className="min-w-0 flex-1">
        <b className="block truncate font-strong">{entry.title}</b>
        <span className="block truncate text-11 text-text-3">{entry.summary}</span>
      </span>
      {socket && (
        <span className="flex flex-none items-center gap-1 text-11 text-text-2">
          <SocketSign type={socket.type} size={12} halo={false} />
          {socket.label.toLowerCase()}
        </span>
      )}
    </Command.Item>
  )
}

function placeholderFor(count: number, { held, edge }: PaletteRequest): string {
  const nodes = `${count} ${count === 1 ? 'node' : 'nodes'}`
  if (edge) return `Search ${nodes} that fit on this edge`
  if (!held) return 'Search nodes'
  return held.side === 'output' ? `Search ${nodes} that take` : `Search ${nodes} that give`
}

/** So that the socket that connects lies where the edge was let go, and a node on an edge has it in its middle. */
function placeFor(
  { place, held, edge }: PaletteRequest,
  entry: CatalogEntry,
  socket: string | undefined,
): Point {
  const w = cardWidth(undefined)
  if (edge) return { x: place.x - w / 2, y: place.y - cardHeight('', entry, undefined) / 2 }
  if (!held) return place
  const names = Object.keys(held.side === 'output' ? entry.inputs : entry.outputs)
  const y = socketY(cardStageHeight('', entry, undefined), Math.max(0, names.indexOf(socket ?? '')), false)
  return { x: held.side === 'output' ? place.x : place.x - w, y: place.y - y }
}
