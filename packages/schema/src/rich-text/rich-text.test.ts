import { ConcordError } from '@concord/protocol';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
  checkRichText,
  richTextToHtml,
  richTextToJson,
  richTextToPlainText,
  writeRichText,
  type RichTextDoc,
  type RichTextMark,
  type RichTextNode,
} from '../index.ts';
import { replicaOf, sync, updateBytes } from '../testing.ts';

const text = (value: string, ...marks: RichTextMark[]): RichTextNode => ({
  type: 'text',
  ...(marks.length > 0 ? { marks } : {}),
  text: value,
});
const bold = { type: 'bold' };
const paragraph = (...content: RichTextNode[]): RichTextNode => ({
  type: 'paragraph',
  ...(content.length > 0 ? { content } : {}),
});
const docOf = (...content: RichTextNode[]): RichTextDoc => ({ type: 'doc', content });

function documentWith(json: RichTextDoc): Y.Doc {
  const doc = new Y.Doc();
  write(doc, json);
  return doc;
}
function write(doc: Y.Doc, json: RichTextDoc): void {
  doc.transact(() => writeRichText(doc.getXmlFragment('notes'), json));
}
const read = (doc: Y.Doc): RichTextDoc => richTextToJson(doc.getXmlFragment('notes'));
const textAt = (doc: Y.Doc, index: number): Y.XmlText =>
  (doc.getXmlFragment('notes').get(index) as Y.XmlElement).get(0) as Y.XmlText;

const article = docOf(
  { type: 'heading', attrs: { level: 2 }, content: [text('Title')] },
  paragraph(
    text('Some '),
    text('bold', bold),
    text(' and '),
    text('linked', bold, { type: 'link', attrs: { href: 'https://example.org', target: null } }),
    { type: 'hardBreak' },
    text('end'),
  ),
  {
    type: 'bulletList',
    content: [
      { type: 'listItem', content: [paragraph(text('one'))] },
      { type: 'listItem', content: [paragraph()] },
    ],
  },
  { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('let a = 1 < 2;')] },
  { type: 'horizontalRule' },
);

describe('the structures of y-prosemirror', () => {
  it('are what is written', () => {
    const doc = documentWith(
      docOf({
        type: 'heading',
        attrs: { level: 1, textAlign: null },
        content: [text('Hi '), text('you', bold, { type: 'link', attrs: { href: 'https://e.org' } })],
      }),
    );
    const heading = doc.getXmlFragment('notes').get(0) as Y.XmlElement;
    expect(heading.nodeName).toBe('heading');
    expect(heading.getAttributes()).toEqual({ level: 1 });
    expect((heading.get(0) as Y.XmlText).toDelta()).toEqual([
      { insert: 'Hi ' },
      { insert: 'you', attributes: { bold: {}, link: { href: 'https://e.org' } } },
    ]);
  });

  it('are read: marks by name, overlapping ones without their hash, no ychange, no null', () => {
    const doc = new Y.Doc();
    const element = new Y.XmlElement('paragraph');
    doc.getXmlFragment('notes').insert(0, [element]);
    element.setAttribute('indent', 2 as unknown as string);
    element.setAttribute('textAlign', null as unknown as string);
    element.setAttribute('ychange', { user: 1 } as unknown as string);
    element.setAttribute('__proto__', { polluted: 1 } as unknown as string);
    const content = new Y.XmlText();
    element.insert(0, [content]);
    content.applyDelta([
      { insert: 'a', attributes: { strong: true, 'comment--AbC+/12=': { id: 1 }, 'comment--zzzzzzzz': { id: 2 } } },
      { insert: { image: 'x' } },
      { insert: 'b', attributes: { ychange: { type: 'added' } } },
    ]);
    expect(read(replicaOf(doc))).toEqual(
      docOf({
        type: 'paragraph',
        attrs: { indent: 2 },
        content: [
          text('a', { type: 'comment', attrs: { id: 1 } }, { type: 'comment', attrs: { id: 2 } }, { type: 'strong' }),
          text('b'),
        ],
      }),
    );
  });

  it('keep the hashes they have when something else changes', () => {
    const comment = { type: 'comment', attrs: { id: 1 } };
    const doc = documentWith(docOf(paragraph()));
    const content = new Y.XmlText();
    (doc.getXmlFragment('notes').get(0) as Y.XmlElement).insert(0, [content]);
    content.insert(0, 'abc', { 'comment--AbC+/12=': { id: 1 } });
    write(doc, docOf(paragraph(text('abc', comment), text('d', { ...comment, attrs: { id: 2 } }, comment))));
    expect(content.toDelta()[0]).toEqual({ insert: 'abc', attributes: { 'comment--AbC+/12=': { id: 1 } } });
    expect(read(doc)).toEqual(docOf(paragraph(text('abc', comment), text('d', comment, { ...comment, attrs: { id: 2 } }))));
  });

  it('join texts that concurrent edits left side by side', () => {
    const doc = new Y.Doc();
    const element = new Y.XmlElement('paragraph');
    doc.getXmlFragment('notes').insert(0, [element]);
    element.insert(0, [new Y.XmlText('one '), new Y.XmlText('two '), new Y.XmlText('three')]);
    expect(read(doc)).toEqual(docOf(paragraph(text('one two three'))));
    write(doc, docOf(paragraph(text('one '), text('2 thr', bold), text('ee!'))));
    expect(read(doc)).toEqual(docOf(paragraph(text('one '), text('2 thr', bold), text('ee!'))));
  });
});

describe('writeRichText', () => {
  it('writes what richTextToJson reads', () => {
    expect(read(replicaOf(documentWith(article)))).toEqual(article);
  });

  it('makes no update where nothing changes', () => {
    const doc = documentWith(article);
    expect(updateBytes(doc, () => writeRichText(doc.getXmlFragment('notes'), article))).toBe(0);
  });

  it('[R2] touches only what changes: nodes and cursors beside it stay', () => {
    const doc = documentWith(docOf(paragraph(text('first')), paragraph(text('the second one')), paragraph(text('third'))));
    const [second, third] = [textAt(doc, 1), textAt(doc, 2)];
    const cursor = Y.createRelativePositionFromTypeIndex(second, 11);
    write(
      doc,
      docOf(
        paragraph(text('new')),
        paragraph(text('first')),
        paragraph(text('a second '), text('one', bold)),
        paragraph(text('third')),
      ),
    );
    expect(textAt(doc, 2)).toBe(second);
    expect(textAt(doc, 3)).toBe(third);
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBe(9);
    expect(second.toDelta()).toEqual([{ insert: 'a second ' }, { insert: 'one', attributes: { bold: {} } }]);
  });

  it('changes formatting without touching the characters', () => {
    const doc = documentWith(docOf(paragraph(text('one two three'))));
    const cursor = Y.createRelativePositionFromTypeIndex(textAt(doc, 0), 6);
    write(doc, docOf(paragraph(text('one '), text('two', bold), text(' three'))));
    write(doc, docOf(paragraph(text('one two', bold), text(' three'))));
    expect(textAt(doc, 0).toDelta()).toEqual([{ insert: 'one two', attributes: { bold: {} } }, { insert: ' three' }]);
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBe(6);
  });

  it('knows a changed paragraph again when another one went', () => {
    const doc = documentWith(docOf(paragraph(text('alpha')), paragraph(text('beta gamma')), paragraph(text('omega'))));
    const beta = textAt(doc, 1);
    write(doc, docOf(paragraph(text('beta gamma delta'))));
    expect(textAt(doc, 0)).toBe(beta);
  });

  it('[R2] merges with what others type meanwhile', () => {
    const a = documentWith(docOf(paragraph(text('one')), paragraph(text('two')), paragraph(text('three'))));
    const b = replicaOf(a);
    write(a, docOf(paragraph(text('one')), paragraph(text('2')), { type: 'horizontalRule' }, paragraph(text('three'))));
    textAt(b, 0).insert(3, '!');
    textAt(b, 2).insert(0, 'and ', { bold: {} });
    sync(a, b);
    const merged = docOf(
      paragraph(text('one!')),
      paragraph(text('2')),
      { type: 'horizontalRule' },
      paragraph(text('and ', bold), text('three')),
    );
    expect(read(a)).toEqual(merged);
    expect(read(b)).toEqual(merged);
  });

  it('keeps what is typed into a paragraph that is emptied meanwhile', () => {
    const a = documentWith(docOf(paragraph(text('gone'))));
    const b = replicaOf(a);
    write(a, docOf(paragraph()));
    textAt(b, 0).insert(4, ' but not this');
    sync(a, b);
    expect(read(a)).toEqual(docOf(paragraph(text(' but not this'))));
    write(a, docOf(paragraph()));
    expect(updateBytes(a, () => writeRichText(a.getXmlFragment('notes'), docOf(paragraph())))).toBe(0);
  });
});

describe('checkRichText', () => {
  const nested = (depth: number): RichTextNode =>
    depth === 1 ? paragraph() : { type: 'blockquote', content: [nested(depth - 1)] };

  it('answers in normal form', () => {
    const loose = {
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          attrs: { textAlign: null },
          content: [
            text('a'),
            { type: 'text', text: '' },
            text('b'),
            text('c', { type: 'italic' }, bold),
            { type: 'hardBreak', marks: [bold] },
          ],
        },
      ],
    };
    expect(checkRichText(loose, 'notes')).toEqual(
      docOf(paragraph(text('ab'), text('c', bold, { type: 'italic' }), { type: 'hardBreak' })),
    );
    expect(checkRichText({ type: 'doc' }, 'notes')).toEqual(docOf());
  });

  it('takes 100 levels and no more', () => {
    expect(read(documentWith(checkRichText(docOf(nested(100)), 'notes')))).toEqual(docOf(nested(100)));
    expect(() => checkRichText(docOf(nested(101)), 'notes')).toThrow(/at most 100 levels/);
  });

  it.each<[string, unknown, string]>([
    ['no document', { type: 'paragraph' }, 'notes'],
    ['content that is no list', { type: 'doc', content: {} }, 'notes.content'],
    ['a node that is none', { type: 'doc', content: ['x'] }, 'notes.content.0'],
    ['a node without type', { type: 'doc', content: [{}] }, 'notes.content.0.type'],
    ['text that is none', docOf(paragraph({ type: 'text', text: 7 as unknown as string })), 'notes.content.0.content.0.text'],
    ['a lone surrogate', docOf(text('\udc00')), 'notes.content.0.text'],
    ['a mark that is none', docOf({ type: 'text', text: 'a', marks: [7 as unknown as RichTextMark] }), 'notes.content.0.marks.0'],
    ['attributes that are none', { type: 'doc', content: [{ type: 'p', attrs: [] }] }, 'notes.content.0.attrs'],
    ['attributes that are no JSON', { type: 'doc', content: [{ type: 'p', attrs: { a: () => 1 } }] }, 'notes.content.0.attrs'],
    ['__proto__', { type: 'doc', content: [{ type: 'p', attrs: JSON.parse('{"__proto__":1}') }] }, 'notes.content.0.attrs'],
    ['what it does not know', { type: 'doc', content: [{ type: 'p', children: [] }] }, 'notes.content.0.children'],
  ])('refuses %s', (_name, value, path) => {
    let refused: unknown;
    try {
      checkRichText(value, 'notes');
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(ConcordError);
    expect(refused).toMatchObject({ code: 'invalid_record', field: path });
  });
});

describe('richTextToHtml and richTextToPlainText', () => {
  it('show the nodes and marks of StarterKit', () => {
    expect(richTextToHtml(article)).toBe(
      '<h2>Title</h2><p>Some <strong>bold</strong> and <a href="https://example.org" rel="noopener noreferrer nofollow"><strong>linked</strong></a><br>end</p>' +
        '<ul><li><p>one</p></li><li><p></p></li></ul><pre><code class="language-ts">let a = 1 &lt; 2;</code></pre><hr>',
    );
    expect(richTextToPlainText(article)).toBe('Title\nSome bold and linked\nend\none\n\nlet a = 1 < 2;');
  });

  it('name who is mentioned, and lead nowhere by it', () => {
    const mention = (attrs: RichTextNode['attrs'] = {}): RichTextNode => ({ type: 'mention', attrs });
    const doc = docOf(
      paragraph(text('Ask '), mention({ id: 'ada', label: 'Ada "A" <b>' }), text(' or '), mention({ id: 'ben' }), mention()),
    );
    expect(richTextToHtml(doc)).toBe(
      '<p>Ask <span data-type="mention" data-id="ada" data-label="Ada &quot;A&quot; &lt;b&gt;">@Ada &quot;A&quot; &lt;b&gt;</span>' +
        ' or <span data-type="mention" data-id="ben">@ben</span></p>',
    );
    expect(richTextToPlainText(doc)).toBe('Ask @Ada "A" <b> or @ben');
    expect(read(documentWith(docOf(paragraph(text('Ask '), mention({ id: 'ada', label: 'Ada' })))))).toEqual(
      docOf(paragraph(text('Ask '), mention({ id: 'ada', label: 'Ada' }))),
    );
  });

  it('let nothing through that could run', () => {
    const evil = docOf(
      { type: 'script', content: [text('<img src=x onerror=alert(1)>')] },
      { type: 'heading', attrs: { level: '1><script>' }, content: [text('h')] },
      { type: 'codeBlock', attrs: { language: '"><script>' }, content: [text('c')] },
      ...[
        'javascript:alert(1)',
        ' javascript:alert(1)',
        'data:text/html,x',
        'https://e.org/"onclick="x',
        'https://e.org/\nx',
      ].map((href) => text('l', { type: 'link', attrs: { href } })),
    );
    const html = richTextToHtml(evil);
    expect(html).toBe(
      '&lt;img src=x onerror=alert(1)&gt;<h1>h</h1><pre><code>c</code></pre>lll<a href="https://e.org/&quot;onclick=&quot;x" rel="noopener noreferrer nofollow">l</a>l',
    );
  });
});
