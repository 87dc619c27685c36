import { describe, expect, it } from 'vitest'
import { FrameLoop } from '../../app/_editor/state/frame-loop'
import type { SoundOutput, SoundPlay } from '../../app/_editor/state/sound-output'
import { createTransport } from '../../app/_editor/state/transport'

/** A page whose time stands still until it is told to go on. */
function page(audioClock: (now: number) => number | null = () => null) {
  let now = 0
  let next: (() => void)[] = []
  const played: SoundPlay[] = []
  let startedAt = 0
  const sound: SoundOutput = {
    load: () => {},
    start(play) {
      startedAt = now
      played.push(play)
    },
    stop: () => {},
    setMuted: () => {},
    elapsedSeconds: () => audioClock(now - startedAt),
  }
  const transport = createTransport(sound, {
    now: () => now,
    requestFrame: (callback) => next.push(callback),
  })
  const animate = (ms: number) => {
    now += ms
    const due = next
    next = []
    for (const callback of due) callback()
  }
  transport.setClip({ frames: 80, fps: 25 }, undefined)
  return { transport, animate, played, waiting: () => next.length }
}

describe('the transport', () => {
  it('plays at the rate of the clip and stops at its end', () => {
    const { transport, animate } = page()
    transport.toggleLoop()
    transport.play()
    animate(1000)
    expect(transport.store.getState()).toMatchObject({ frame: 25, playing: true })
    animate(10_000)
    expect(transport.store.getState()).toMatchObject({ frame: 79, playing: false })
  })

  it('starts over when it stands at the end', () => {
    const { transport } = page()
    transport.toggleLoop()
    transport.seek(79)
    transport.play()
    expect(transport.store.getState().frame).toBe(0)
  })

  it('repeats the range between in and out, and tells the sound to', () => {
    const { transport, animate, played } = page()
    transport.seek(10)
    transport.setIn()
    transport.seek(19)
    transport.setOut()
    transport.seek(10)
    transport.play()
    expect(played.at(-1)).toMatchObject({ fromSeconds: 0.4, loop: { fromSeconds: 0.4, toSeconds: 0.8 } })
    animate(500) // 12.5 frames into a range of 10
    expect(transport.store.getState().frame).toBe(12)
  })

  it('follows the clock of the sound, not of the page', () => {
    const { transport, animate } = page((ms) => ms / 2000)
    transport.play()
    animate(1000)
    expect(transport.store.getState().frame).toBe(12)
  })

  it('steps pause it, and half speed plays half as far', () => {
    const { transport, animate } = page()
    transport.setSpeed(0.5)
    transport.play()
    animate(1000)
    expect(transport.store.getState().frame).toBe(12)
    transport.step(1)
    expect(transport.store.getState()).toMatchObject({ frame: 13, playing: false })
  })

  it('steps from mark to mark and stays where there is none', () => {
    const { transport } = page()
    transport.setMarks([5, 30])
    transport.stepToMark(1)
    transport.stepToMark(1)
    transport.stepToMark(1)
    expect(transport.store.getState().frame).toBe(30)
    transport.stepToMark(-1)
    expect(transport.store.getState().frame).toBe(5)
  })

  it('keeps position and range as far as a new clip has them', () => {
    const { transport } = page()
    transport.setRange(20, 70)
    transport.seek(60)
    transport.setClip({ frames: 50, fps: 25 }, undefined)
    expect(transport.store.getState()).toMatchObject({ frame: 49, in: 20, out: null })
  })

  it('in and out never cross, and the same key takes a point away again', () => {
    const { transport } = page()
    transport.setRange(null, 30)
    transport.seek(40)
    transport.setIn()
    expect(transport.store.getState()).toMatchObject({ in: 40, out: null })
    transport.setIn()
    expect(transport.store.getState().in).toBe(null)
  })

  it('draws nothing while nothing moves', () => {
    const { transport, animate, waiting } = page()
    let drawn = 0
    transport.addPainter(() => drawn++)
    animate(16)
    expect([drawn, waiting()]).toEqual([1, 0])
    transport.seek(3)
    animate(16)
    expect([drawn, waiting()]).toEqual([2, 0])
  })
})

describe('the loop of all stages', () => {
  it('leaves pictures for the next frame when the budget is spent, and those come first', () => {
    let now = 0
    let next: (() => void)[] = []
    const loop = new FrameLoop({ now: () => now, requestFrame: (callback) => next.push(callback) }, () => ({
      frame: 0,
      goOn: false,
    }))
    const drawn: string[] = []
    const painters = ['a', 'b', 'c'].map((name) =>
      loop.addPainter(() => {
        drawn.push(name)
        now += 5
      }),
    )
    const animate = () => {
      const due = next
      next = []
      for (const callback of due) callback()
    }
    animate()
    expect(drawn.join('')).toBe('ab')
    painters[0].invalidate()
    animate()
    expect(drawn.join('')).toBe('abca')
    expect(next).toHaveLength(0)
  })

  it('does not draw what is out of sight until it is seen again', () => {
    let next: (() => void)[] = []
    const loop = new FrameLoop({ now: () => 0, requestFrame: (callback) => next.push(callback) }, () => ({
      frame: 7,
      goOn: false,
    }))
    const frames: number[] = []
    const painter = loop.addPainter((frame) => frames.push(frame))
    painter.setVisible(false)
    for (const callback of next.splice(0)) callback()
    expect(frames).toEqual([])
    painter.setVisible(true)
    for (const callback of next.splice(0)) callback()
    expect(frames).toEqual([7])
    next = []
  })
})
