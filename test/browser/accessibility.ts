/** Checks of what is on a page: that each control has a name, that text can be read, that nothing runs out of the window. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

const CONTROLS = new Set([
  'button',
  'checkbox',
  'combobox',
  'dialog',
  'link',
  'radio',
  'searchbox',
  'tab',
  'textbox',
]);

/** Everything below; `where` names the view in messages. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  assert.deepEqual(await unnamedControls(page), [], `${where}: controls without a name`);
  assert.deepEqual(await page.evaluate(structureProblems), [], `${where}: structure`);
  assert.deepEqual(await page.evaluate(faintTexts), [], `${where}: text with too little contrast`);
  assert.deepEqual(await page.evaluate(largerThanWindow), [], `${where}: the page as a whole scrolls`);
}

/** By the names that the browser itself gives to screen readers. */
async function unnamedControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const controls = nodes.filter((node) => !node.ignored && CONTROLS.has(String(node.role?.value)));
  assert.ok(controls.length > 3, 'the page has controls');
  return controls
    .filter((node) => String(node.name?.value ?? '').trim() === '')
    .map((node) => `${node.role?.value} (node ${node.backendDOMNodeId})`);
}

function structureProblems(): string[] {
  const problems: string[] = [];
  if (!document.documentElement.lang) problems.push('the page has no language');
  if (document.querySelectorAll('main').length !== 1) problems.push('there is not one main part');
  if (document.querySelectorAll('h1').length !== 1) problems.push('there is not one main heading');
  if (!document.title.includes('Crossdock')) problems.push(`the title is "${document.title}"`);
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids))
    if (ids.filter((each) => each === id).length > 1) problems.push(`two elements have the id ${id}`);
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('th')) problems.push('a table has no headings');
  return problems;
}

/** WCAG 2.2, 1.4.3: 4.5 to 1, for large text 3 to 1. Text of controls that cannot be used is left out. */
function faintTexts(): string[] {
  type Colour = { r: number; g: number; b: number; a: number };
  const colourOf = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return { r, g, b, a };
  };
  const over = (top: Colour, below: Colour): Colour => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  const light = ({ r, g, b }: Colour): number => {
    const [red = 0, green = 0, blue = 0] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element): Colour => {
    const layers: Colour[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      layers.unshift(colourOf(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const found = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (
      !element ||
      text === '' ||
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    )
      continue;
    if (element.closest('[inert], :disabled, [data-gone="true"], .sr-only, option, noscript')) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const own = colourOf(style.color);
    // Transparent on purpose: said by what stands beside it.
    if (own.a === 0) continue;
    const [a, b] = [light(over(own, ground)), light(ground)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5))
      found.add(
        `"${text.slice(0, 40)}" ${contrast.toFixed(2)} (${style.color} on ${JSON.stringify(ground)})`,
      );
  }
  return [...found];
}

/** The window's width is enough for all; and where it has room for a list, only the parts of the page scroll, never the page. */
function largerThanWindow(): string[] {
  const { scrollHeight, clientHeight } = document.documentElement;
  if (clientHeight > 480 && scrollHeight > clientHeight)
    return [`the page is ${scrollHeight - clientHeight} px higher than the window`];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => `${element.tagName}.${element.className}`)
    .slice(0, 5);
}
