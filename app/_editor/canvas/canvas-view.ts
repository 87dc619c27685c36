'use client'
import { create } from 'zustand'
import type { End } from '../../../nodes/core/can-connect'
import type { Point } from '../state/boxes'
import type { Side } from './connecting'

/** An open palette of nodes: where it stands, where the node goes, and what it will be connected to. */
export interface PaletteRequest {
  /** In px of the window. */
  at: Point
  /** In px of the canvas. */
  place: Point
  held?: { end: End; side: Side; type: string }
  /** Goes between the ends of this edge. */
  edge?: string
}

export interface MenuRequest {
  at: Point
  place: Point
  kind: 'canvas' | 'items' | 'edge'
  edge?: string
}

interface CanvasView {
  palette?: PaletteRequest
  menu?: MenuRequest
  /** Connect by keyboard: the node whose sockets are offered. */
  connectFrom?: string
  zoom: number
}

export const useCanvasView = create<CanvasView>(() => ({ zoom: 1 }))

/** What a canvas can be asked to do from outside: by keys, menus and panels. */
export interface CanvasControls {
  fit(items?: readonly string[]): void
  zoomTo(zoom: number): void
  zoomBy(factor: number): void
  /** Brings an item into view and gives it the focus. */
  reveal(item: string): void
  /** Middle of what is seen, in px of the canvas. */
  centre(): Point
  /** Where the pointer was last, in both kinds of px; the middle when it is elsewhere. */
  pointer(): { at: Point; place: Point }
  toCanvas(at: Point): Point
  /** Moves items from where they are drawn to where the document has them. */
  glide(change: () => void | Promise<void>): Promise<void>
}
