import { randomFrom } from './sculpt/noise'

const svg = (defs: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024" viewBox="0 0 1024 1024"><defs>
${[2, 5, 9, 14, 24].map((r) => `<filter id="b${r}" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="${r}"/></filter>`).join('')}
${defs}</defs>${body}</svg>`

const gradient = (
  id: string,
  direction: string,
  stops: readonly (readonly [number, string, number?])[],
): string =>
  `<linearGradient id="${id}" ${direction}>${stops.map(([at, c, o = 1]) => `<stop offset="${at}" stop-color="${c}" stop-opacity="${o}"/>`).join('')}</linearGradient>`

const glow = (id: string, cx: number, cy: number, r: number, c: string, o: number): string =>
  `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}"><stop offset="0" stop-color="${c}" stop-opacity="${o}"/><stop offset="1" stop-color="${c}" stop-opacity="0"/></radialGradient>`

/** A long leaf from its stalk at (x, y), with a lighter half and a middle rib. */
function leaf(x: number, y: number, angle: number, long: number, wide: number, tone: number): string {
  const shades = ['#35573f', '#43684a', '#557b55', '#6b8f62']
  const dark = shades[tone]
  const light = ['#4a7052', '#5b835c', '#739967', '#8fae7b'][tone]
  const half = (side: number) =>
    `M0 0C${long * 0.2} ${side * wide} ${long * 0.65} ${side * wide * 0.95} ${long} 0`
  return `<g transform="translate(${x} ${y}) rotate(${angle})"><path d="${half(-1)}Z" fill="${light}"/><path d="${half(1)}Z" fill="${dark}"/><path d="M0 0L${long * 0.94} 0" stroke="#a9c193" stroke-width="1.6" opacity=".7"/></g>`
}

/** A warm wall with light from a window, a shelf and a plant. */
export function plantBackdrop(): string {
  const random = randomFrom(5)
  const leaves: string[] = []
  for (let i = 0; i < 26; i++) {
    const t = i / 25
    const side = i % 2 ? 1 : -1
    const x = 905 + side * 6 + 18 * Math.sin(t * 5)
    const y = 790 - t * 470
    const angle = -90 + side * (34 + 62 * (1 - t) + 18 * random())
    leaves.push(leaf(x, y, angle, 118 + 46 * random() - 30 * t, 25 + 9 * random(), Math.floor(random() * 4)))
  }
  return svg(
    gradient('wall', 'x1="0" y1="0" x2=".9" y2="1"', [
      [0, '#ead9bd'],
      [0.5, '#d9c4a2'],
      [1, '#b59a78'],
    ]) +
      glow('sun', 0.22, 0.2, 0.7, '#fff3da', 0.75) +
      gradient('pot', 'x1="0" y1="0" x2="1" y2="0"', [
        [0, '#d9d2c6'],
        [0.45, '#bdb3a4'],
        [1, '#82796c'],
      ]),
    `<rect width="1024" height="1024" fill="url(#wall)"/><rect width="1024" height="1024" fill="url(#sun)"/>
<g filter="url(#b9)" fill="#fff4dc" opacity=".42"><path d="M-40 60L150 -60L330 430L140 560Z"/><path d="M170 -70L310 -150L500 340L350 425Z"/></g>
<g filter="url(#b5)"><rect x="36" y="258" width="172" height="10" fill="#8a6648"/><rect x="36" y="268" width="172" height="8" fill="#000" opacity=".18"/>
<rect x="62" y="176" width="22" height="82" fill="#a5563c"/><rect x="86" y="166" width="18" height="92" fill="#d6b36a"/><rect x="106" y="182" width="26" height="76" fill="#5d7466"/><path d="M150 258C140 232 146 214 158 206V196H178V206C190 214 196 232 186 258Z" fill="#e6ddd0"/></g>
<g filter="url(#b14)" opacity=".3"><ellipse cx="930" cy="620" rx="120" ry="330" fill="#5a4630"/></g>
<g filter="url(#b2)"><path d="M902 800C915 640 890 480 912 330" stroke="#5d6b43" stroke-width="8" fill="none"/>${leaves.join('')}
<path d="M826 792H986L964 1030H848Z" fill="url(#pot)"/><rect x="820" y="780" width="172" height="26" rx="8" fill="#cfc6b8"/><path d="M826 806H986L984 822H828Z" fill="#000" opacity=".16"/></g>`,
  )
}

/** A quiet office out of focus: shelves, a lamp, a window far to the left. */
export function officeBackdrop(): string {
  const random = randomFrom(9)
  const spines = ['#a8573f', '#c8a45c', '#4f6d74', '#8a9a7a', '#6a4a52', '#b9a890', '#3f4d5c', '#9c7450']
  const books: string[] = []
  for (const shelf of [218, 402, 586]) {
    let x = 700
    while (x < 1010) {
      const wide = 13 + 17 * random()
      const high = 92 + 46 * random()
      const gap = random() < 0.12 ? 34 : 1
      books.push(
        `<rect x="${x}" y="${shelf - high}" width="${wide}" height="${high}" fill="${spines[Math.floor(random() * spines.length)]}"/>`,
      )
      x += wide + gap
    }
  }
  const shelves = [218, 402, 586].map(
    (y) =>
      `<rect x="682" y="${y}" width="360" height="16" fill="#4a3324"/><rect x="682" y="${y + 16}" width="360" height="26" fill="#000" opacity=".25"/>`,
  )
  const panes = [0, 1, 2].map(
    (i) =>
      `<rect x="${20 + i * 92}" y="70" width="82" height="150" fill="url(#sky)"/><rect x="${20 + i * 92}" y="232" width="82" height="190" fill="url(#sky)"/>`,
  )
  return svg(
    gradient('wall', 'x1="0" y1="0" x2="1" y2="1"', [
      [0, '#a39381'],
      [0.5, '#83705e'],
      [1, '#5b4a3d'],
    ]) +
      gradient('sky', 'x1="0" y1="0" x2="0" y2="1"', [
        [0, '#dfe9ea'],
        [1, '#f2e3c8'],
      ]) +
      glow('lamp', 0.5, 0.5, 0.5, '#ffdf9e', 0.9) +
      glow('day', 0.1, 0.22, 0.55, '#fff0d6', 0.5),
    `<rect width="1024" height="1024" fill="url(#wall)"/>
<g filter="url(#b9)">${panes.join('')}<path d="M30 420V330L70 300L96 340L120 280L160 330L200 300L240 350L280 310V420Z" fill="#8fa39a" opacity=".55"/></g>
<rect width="1024" height="1024" fill="url(#day)"/>
<g filter="url(#b5)"><rect x="676" y="40" width="366" height="590" fill="#3a291f"/>${books.join('')}${shelves.join('')}</g>
<g filter="url(#b9)"><rect x="-20" y="640" width="1064" height="14" fill="#9a7a5c"/><rect x="-20" y="654" width="1064" height="400" fill="#65503f"/><rect x="-20" y="654" width="1064" height="60" fill="#000" opacity=".18"/></g>
<circle cx="610" cy="110" r="190" fill="url(#lamp)" opacity=".5"/><g filter="url(#b5)"><path d="M610 -10V62" stroke="#2d241d" stroke-width="4"/><path d="M570 104C574 66 646 66 650 104Z" fill="#39423e"/><ellipse cx="610" cy="104" rx="39" ry="8" fill="#ffe9b8"/></g>`,
  )
}

/** A photographer's paper sweep: a softbox at the edge, a soft spot behind the head, shadows of leaves. */
export function studioBackdrop(): string {
  const random = randomFrom(3)
  const leaves: string[] = []
  for (let i = 0; i < 15; i++) {
    const t = i / 14
    const side = i % 2 ? 1 : -1
    const x = 1000 - 210 * t * t
    const y = 700 - 610 * t
    leaves.push(leaf(x, y, -104 + side * (46 + 24 * random()), 190 + 60 * random(), 40 + 14 * random(), 0))
  }
  return svg(
    gradient('sweep', 'x1="0" y1="0" x2=".25" y2="1"', [
      [0, '#a8979a'],
      [0.5, '#87767d'],
      [1, '#5a4c55'],
    ]) +
      glow('spot', 0.46, 0.34, 0.52, '#eeddd0', 0.72) +
      glow('fill', 0, 0.12, 0.5, '#fbe9d6', 0.6) +
      gradient('box', 'x1="0" y1="0" x2="1" y2="1"', [
        [0, '#fffaf0'],
        [1, '#ecdcc8'],
      ]) +
      `<filter id="shadow" x="-30%" y="-30%" width="160%" height="160%"><feColorMatrix values="0 0 0 0 .2  0 0 0 0 .13  0 0 0 0 .17  0 0 0 1 0"/><feGaussianBlur stdDeviation="9"/></filter>`,
    `<rect width="1024" height="1024" fill="url(#sweep)"/><rect width="1024" height="1024" fill="url(#spot)"/><rect width="1024" height="1024" fill="url(#fill)"/>
<g filter="url(#shadow)" opacity=".2">${leaves.join('')}</g>
<g filter="url(#b14)"><path d="M-90 60L74 -20L126 250L-60 320Z" fill="url(#box)" opacity=".9"/></g>
<path d="M0 900C300 868 720 868 1024 900V1024H0Z" fill="#3f343b" opacity=".3" filter="url(#b24)"/>`,
  )
}
