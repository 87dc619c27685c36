'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { studioSocket } from '../_lib/live/socket'

const subscribe = (changed: () => void) => {
  const socket = studioSocket()
  socket.on('connect', changed)
  socket.on('disconnect', changed)
  socket.on('connect_error', changed)
  return () => {
    socket.off('connect', changed)
    socket.off('disconnect', changed)
    socket.off('connect_error', changed)
  }
}

/** `connecting` until the first answer; nothing is said about it. */
export type Connection = 'connecting' | 'connected' | 'lost'

let everConnected = false
let failed = false

function read(): Connection {
  const socket = studioSocket()
  if (socket.connected) {
    everConnected = true
    failed = false
    return 'connected'
  }
  if (everConnected || failed) return 'lost'
  return 'connecting'
}

/** Whether the studio answers. What pages show is read again when it comes back, and when the library changes. */
export function useConnection(): Connection {
  const queries = useQueryClient()
  const connection = useSyncExternalStore(subscribe, read, () => 'connecting' as const)
  useEffect(() => {
    const socket = studioSocket()
    const refused = () => {
      failed = true
    }
    const again = () => void queries.invalidateQueries()
    socket.on('connect_error', refused)
    socket.on('connect', again)
    return () => {
      socket.off('connect_error', refused)
      socket.off('connect', again)
    }
  }, [queries])
  return connection
}
