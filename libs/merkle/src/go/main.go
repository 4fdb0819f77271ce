// Checks a checkpoint and proofs with the packages of Go's own checksum database, and signs a checkpoint for us to check.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type evidence struct {
	Key         string
	Older       string
	Newer       string
	Consistency [][]byte
	Index       int64
	Leaf        []byte
	Inclusion   [][]byte
}

type tree struct {
	size int64
	hash tlog.Hash
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(text, key string) tree {
	verifier, err := note.NewVerifier(key)
	must(err)
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return tree{size, hash}
}

func hashes(list [][]byte) []tlog.Hash {
	result := make([]tlog.Hash, len(list))
	for i, hash := range list {
		copy(result[i][:], hash)
	}
	return result
}

func main() {
	var given evidence
	must(json.NewDecoder(os.Stdin).Decode(&given))
	older, newer := open(given.Older, given.Key), open(given.Newer, given.Key)
	must(tlog.CheckTree(hashes(given.Consistency), newer.size, newer.hash, older.size, older.hash))
	must(tlog.CheckRecord(hashes(given.Inclusion), newer.size, newer.hash, given.Index, tlog.RecordHash(given.Leaf)))

	private, public, err := note.GenerateKey(rand.Reader, "go.example/trail/000000000000")
	must(err)
	signer, err := note.NewSigner(private)
	must(err)
	text := fmt.Sprintf("go.example/trail/000000000000\n%d\n%s\n", newer.size, base64.StdEncoding.EncodeToString(newer.hash[:]))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	must(json.NewEncoder(os.Stdout).Encode(map[string]string{"key": public, "checkpoint": string(signed)}))
}
