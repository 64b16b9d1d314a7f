// Light or dark: as the system has it, until one says otherwise; kept for this browser.
import {signal} from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
const kept = 'shadow-theme';

export const theme = signal<Theme>('system');

function show(value: Theme): void {
  theme.value = value;
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

export function startTheme(): void {
  const value = localStorage.getItem(kept);
  show(value === 'light' || value === 'dark' ? value : 'system');
}

export function setTheme(value: Theme): void {
  localStorage.setItem(kept, value);
  show(value);
}

export function nextTheme(): void {
  const order: Theme[] = ['system', 'light', 'dark'];
  setTheme(order[(order.indexOf(theme.value) + 1) % order.length] as Theme);
}
