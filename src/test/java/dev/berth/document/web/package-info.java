/** Tests of documents as files. */
@NullMarked
package dev.berth.document.web;

import org.jspecify.annotations.NullMarked;
