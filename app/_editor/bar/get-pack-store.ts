'use client'
import { create } from 'zustand'

/** Whether the studio asks for the download of what the workflow lacks: opened from the banner and from cards. */
export const useGetPack = create<{ isAsking: boolean }>(() => ({ isAsking: false }))
