'use client'
import { create } from 'zustand'

/** How an open workflow is shown: its graph, the graph as a list, or a form of what matters in it. */
const VIEWS = ['graph', 'list', 'form'] as const
export type ShownAs = (typeof VIEWS)[number]

/** Query parameter of the address: a link may lead to the form. */
const PARAM = 'view'
const STORED = 'mmgt.views'
/** As many workflows are remembered, the latest. */
const KEPT = 100

/** A canvas is no good in a window of this width. */
export const PHONE = '(max-width: 640px)'

const useView = create<{ shownAs: ShownAs }>(() => ({ shownAs: 'graph' }))

export const useShownAs = (): ShownAs => useView(({ shownAs }) => shownAs)

const asView = (name: unknown): ShownAs | undefined => VIEWS.find((view) => view === name)

/** What the address says, else what was chosen on this device, else what fits the window. */
export const viewToOpen = (address: string | null, chosen: unknown, isPhone: boolean): ShownAs =>
  asView(address) ?? asView(chosen) ?? (isPhone ? 'form' : 'graph')

function remembered(): [workflow: string, view: unknown][] {
  try {
    return Object.entries(JSON.parse(localStorage.getItem(STORED) ?? '{}'))
  } catch {
    return [] // written by something else
  }
}

/** A workflow is opened: shows it as it was shown last. */
export function openView(workflow: string): void {
  const chosen = remembered().find(([id]) => id === workflow)?.[1]
  const address = new URL(location.href).searchParams.get(PARAM)
  useView.setState({ shownAs: viewToOpen(address, chosen, matchMedia(PHONE).matches) })
}

/** Shows the workflow otherwise, from now on; the address says so, to be passed on. */
export function showAs(workflow: string, shownAs: ShownAs): void {
  useView.setState({ shownAs })
  const others = remembered().filter(([id]) => id !== workflow)
  localStorage.setItem(
    STORED,
    JSON.stringify(Object.fromEntries([...others, [workflow, shownAs]].slice(-KEPT))),
  )
  const address = new URL(location.href)
  if (shownAs === 'graph') address.searchParams.delete(PARAM)
  else address.searchParams.set(PARAM, shownAs)
  history.replaceState(history.state, '', address)
}

/** Between a view and the graph. */
export const toggleView = (workflow: string, view: 'list' | 'form'): void =>
  showAs(workflow, useView.getState().shownAs === view ? 'graph' : view)
