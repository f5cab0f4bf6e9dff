window.YTD.deleted_tweets.part0 = [
  {
    "tweet" : {
      "retweeted" : false,
      "source" : "<a href=\"https://example.com\" rel=\"nofollow\">Example</a>",
      "entities" : {
        "hashtags" : [ ],
        "symbols" : [ ],
        "user_mentions" : [ ],
        "urls" : [ ]
      },
      "display_text_range" : [ "0", "12" ],
      "favorite_count" : "0",
      "id_str" : "1697011324369178968",
      "truncated" : false,
      "retweet_count" : "0",
      "id" : "1697011324369178968",
      "created_at" : "Wed Aug 30 22:20:03 +0000 2023",
      "favorited" : false,
      "full_text" : "日付を間違えました",
      "lang" : "ja",
      "deleted_at" : "Wed Aug 30 23:20:03 +0000 2023"
    }
  },
  {
    "tweet" : {
      "tweet_id" : "1696724445891535264",
      "user_id" : "1",
      "created_at" : "Wed Aug 30 03:20:06 +0000 2023"
    }
  }
]
