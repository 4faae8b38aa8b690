import type { FastifyRequest } from 'fastify';
import type { Text } from './problem.js';

/** Whether a client would rather read Chinese than English (`Accept-Language`, RFC 9110 12.5.4). */
export const prefersChinese = (acceptLanguage: string | undefined): boolean => {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((part, place) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([01](?:\.\d{1,3})?)\s*$/.exec(parameter)?.[1]);
      return { language: range.split('-')[0] ?? '', weight: Number(weight.find(Boolean) ?? '1'), place };
    })
    .filter(({ language, weight }) => (language === 'zh' || language === 'en') && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.place - b.place);
  return ranked[0]?.language === 'zh';
};

/** A text in the language that the client prefers: Chinese when it says so, else English. */
export const localized = (text: Text, request: Pick<FastifyRequest, 'headers'>): string =>
  prefersChinese(request.headers['accept-language']) ? text.zh : text.en;
